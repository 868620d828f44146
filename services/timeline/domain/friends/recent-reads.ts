/** After this time a read counts half. */
const HALF_LIFE_MS = 3 * 24 * 3_600_000;
const MAX_COUNT = 255;

/** Friends who follow each other here as they did there. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/**
 * How often a viewer lately read entries of each friend: one byte a friend, beside the friend set and
 * in its order, so it costs no look-up of its own and lives as long as the set does.
 */
export class RecentReads {
  readonly #counts: Uint8Array;
  #halvedMs: number;

  /** `halvedMs`: when the counts were last halved, ms; 0: there are none. */
  constructor(size: number, counts = new Uint8Array(size), halvedMs = 0) {
    this.#counts = counts;
    this.#halvedMs = halvedMs;
  }

  /** Counts one read of each of the friends at these places (-1: of no friend). */
  note(places: Int32Array, count: number, nowMs: number): void {
    this.#decay(nowMs);
    const counts = this.#counts;
    for (let i = 0; i < count; i++) {
      const place = places[i];
      if (place >= 0 && counts[place] < MAX_COUNT) counts[place]++;
    }
  }

  /** Reads of the friend at this place, decayed. */
  of(place: number, nowMs: number): number {
    this.#decay(nowMs);
    return this.#counts[place] ?? 0;
  }

  /** The counts of as many friends, of whom these runs were here before. */
  moved(size: number, runs: readonly Run[]): RecentReads {
    const counts = new Uint8Array(size);
    for (const { from, to, length } of runs) {
      counts.set(this.#counts.subarray(from, from + length), to);
    }
    return new RecentReads(size, counts, this.#halvedMs);
  }

  /** Takes over counts; `placeOf` gives a friend's place there, -1 when there is none. */
  adopt(other: RecentReads, placeOf: (place: number) => number): void {
    this.#halvedMs = other.#halvedMs;
    if (other.#halvedMs === 0) return;
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = other.#counts[placeOf(i)] ?? 0;
  }

  #decay(nowMs: number): void {
    if (this.#halvedMs === 0) this.#halvedMs = nowMs;
    const halvings = Math.floor((nowMs - this.#halvedMs) / HALF_LIFE_MS);
    if (halvings <= 0) return;
    this.#halvedMs += halvings * HALF_LIFE_MS;
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] >>>= Math.min(8, halvings);
  }
}
