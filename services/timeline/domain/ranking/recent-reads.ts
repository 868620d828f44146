import type { EntryWindow } from "../../ports.ts";
import { mix } from "../cursor/format.ts";
import { highHalf, lowHalf } from "../halves.ts";

const ROWS = 2;
/** Above this weight the counts are scaled down, long before they lose their small parts. */
const MAX_WEIGHT = 2 ** 40;

/**
 * How often each viewer lately read entries of each author, decayed, in a fixed amount of memory: a
 * count-min sketch (Cormode and Muthukrishnan 2005) with forward decay (Cormode et al. 2009), so a
 * count may be too high, by strangers that share its cells, and never too low.
 */
export class RecentReads {
  private readonly rows: readonly Float32Array[];
  private readonly mask: number;
  private readonly halfLifeMs: number;
  private landmarkMs: number;

  /** `cells` a row, a power of two; 8 bytes a cell in all. */
  constructor(cells: number, halfLifeMs: number, nowMs: number) {
    this.rows = Array.from({ length: ROWS }, () => new Float32Array(cells));
    this.mask = cells - 1;
    this.halfLifeMs = halfLifeMs;
    this.landmarkMs = nowMs;
  }

  get bytes(): number {
    return ROWS * (this.mask + 1) * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Counts every entry of a page as read. */
  note(viewer: bigint, { authorHigh, authorLow, count }: EntryWindow, nowMs: number): void {
    const weight = this.weightAt(nowMs);
    const seed = mix(mix(0, highHalf(viewer)), lowHalf(viewer));
    const [first, second] = this.rows;
    for (let i = 0; i < count; i++) {
      const hash = mix(mix(seed, authorHigh[i]), authorLow[i]);
      first[hash & this.mask] += weight;
      second[mix(hash, ROWS) & this.mask] += weight;
    }
  }

  of(viewer: bigint, author: bigint, nowMs: number): number {
    const weight = this.weightAt(nowMs);
    const seed = mix(mix(0, highHalf(viewer)), lowHalf(viewer));
    const hash = mix(mix(seed, highHalf(author)), lowHalf(author));
    const [first, second] = this.rows;
    return Math.min(first[hash & this.mask], second[mix(hash, ROWS) & this.mask]) / weight;
  }

  /** New counts weigh more and more, which is the same as old ones weighing less. */
  private weightAt(nowMs: number): number {
    const weight = 2 ** ((nowMs - this.landmarkMs) / this.halfLifeMs);
    if (weight <= MAX_WEIGHT) return weight;
    for (const row of this.rows) for (let i = 0; i < row.length; i++) row[i] /= weight;
    this.landmarkMs = nowMs;
    return 1;
  }
}
