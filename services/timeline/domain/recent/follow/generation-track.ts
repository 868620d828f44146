import { MAX_ID } from "../../../../model/ids.ts";
import type { LogPlace, PostLogRow } from "../../../ports.ts";
import { maxId } from "../../halves.ts";

/** Rows that follow one another without a gap. */
interface Range {
  /** `before` this place is what was not read. */
  low: LogPlace;
  /** `after` this place is what was not read. */
  high: LogPlace;
  /** Every post of an earlier row has a smaller id. */
  since: bigint;
}

/** Nothing is claimed. */
export const ABOVE_ALL_IDS = MAX_ID + 1n;
const BEGINNING: LogPlace = { seq: 0, bucket: 0 };

/**
 * What was read of one generation of the log: a range that ends at the newest row read and grows at both
 * ends; and, after a pause, the range from before it, until the gap between them is read.
 */
export class GenerationTrack {
  #head: LogPlace;
  #top: Range;
  #lower: Range | undefined;
  #isPastOver = false;
  /** Rows were lost that had ids below this one. */
  #lostBelow = 0n;
  /** Times that what is between was left for later: it is given out as the past. */
  jumps = 0;

  /** Begins at this row, of which nothing is read yet, and goes both ways; without one at the first. */
  constructor(head?: LogPlace) {
    this.#head = head ?? BEGINNING;
    this.#top = head ? emptyAt(head) : { low: { seq: 1, bucket: 0 }, high: BEGINNING, since: 0n };
  }

  /** Every post that a row up to `high` tells of, and whose id is at or above this one, was given out. */
  get since(): bigint {
    return maxId(this.#top.since, this.#lostBelow);
  }

  /** Between what it has read there are rows that it has not, and could read. */
  get hasGap(): boolean {
    return this.#lower !== undefined && this.past !== undefined;
  }

  get high(): LogPlace {
    return this.#top.high;
  }

  /** Rows known of, and not read, at the newer end. */
  get missing(): number {
    return this.#head.seq - this.#top.high.seq;
  }

  /** Where to read on backwards; undefined when nothing further back could be claimed. */
  get past(): LogPlace | undefined {
    if (this.#top.since <= this.#lostBelow) return undefined;
    return this.#isPastOver || this.#top.low.seq <= 1 ? undefined : this.#top.low;
  }

  /** A row that exists. When that is more than `jumpRows` away, it is read first, and the gap after. */
  sawHead(head: LogPlace, jumpRows: number): void {
    if (head.seq <= this.#head.seq) return;
    this.#head = head;
    if (this.missing > jumpRows) this.#jump();
  }

  /** Rows read after `high`; gives those that are new and contiguous. */
  tookAfter(rows: readonly PostLogRow[]): readonly PostLogRow[] {
    const taken = this.heard(rows);
    // What is between is kept no longer: this owner was away for so long.
    if (taken.length === 0 && rows.length > 0) this.#jump();
    return taken;
  }

  /** Rows from anywhere, ascending: those are taken that follow on what was read. Gaps say nothing. */
  heard(rows: readonly PostLogRow[]): readonly PostLogRow[] {
    const taken: PostLogRow[] = [];
    for (const row of rows) {
      if (row.seq !== this.#top.high.seq + 1) continue;
      this.#top.high = row;
      this.#noteLost(row);
      taken.push(row);
    }
    if (this.#top.high.seq > this.#head.seq) this.#head = this.#top.high;
    return taken;
  }

  /** Rows read before `past`; gives those that are new and contiguous. */
  tookBefore(rows: readonly PostLogRow[]): readonly PostLogRow[] {
    const taken: PostLogRow[] = [];
    for (const row of rows) {
      if (row.seq !== this.#top.low.seq - 1) break;
      this.#top.low = { seq: row.seq, bucket: row.previousBucket };
      this.#top.since = row.highestBefore + 1n;
      this.#noteLost(row);
      taken.push(row);
      if (this.#joinsLower()) return taken;
    }
    if (taken.length === 0) this.#isPastOver = true;
    return taken;
  }

  /** A row without content stands for one that can't be read any more. */
  #noteLost({ posts, highestBefore }: PostLogRow): void {
    if (posts.length === 0) this.#lostBelow = maxId(this.#lostBelow, highestBefore + 1n);
  }

  #joinsLower(): boolean {
    const lower = this.#lower;
    if (lower === undefined || this.#top.low.seq > lower.high.seq + 1) return false;
    this.#top.low = lower.low;
    this.#top.since = lower.since;
    this.#lower = undefined;
    return true;
  }

  #jump(): void {
    this.jumps++;
    // A gap in a gap: the oldest range is read again, which repeats nothing.
    this.#lower = this.#top;
    this.#top = emptyAt(this.#head);
    this.#isPastOver = false;
  }
}

/** Nothing of it is read, this row neither: so nothing is known to be complete. */
function emptyAt(head: LogPlace): Range {
  return { low: { seq: head.seq + 1, bucket: head.bucket }, high: head, since: ABOVE_ALL_IDS };
}
