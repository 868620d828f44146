/** A mean forgets in about so long, ms. */
const MEMORY_MS = 10_000;

/** What a call adds of its difference, at the least: a handful of slow calls tell, one pause does not. */
const STEP = 0.2;
/** Below this nobody feels a difference, ms. */
const LEAST_MS = 5;

/**
 * What a call to one replica would cost: the mean time of its last few calls, and how many it has now. The time
 * counts twice, as a square: those who only wait for something else are many at a replica that is well, and one
 * call at a slow one is no bargain. A replica that is not asked is forgotten, and so asked again some time; what it
 * says then counts by how long ago the last word was.
 *
 * Not Finagle's peak EWMA, which rises at once and falls over its memory: every replica pauses now and then, and
 * by its peaks of the last ten seconds a good one looks as slow as one that is slow always.
 */
export class ReplicaLoad {
  #meanMs = 0;
  #atMs: number | undefined;
  #calls = 0;

  begun(): void {
    this.#calls++;
  }

  ended(tookMs: number, nowMs: number): void {
    this.#calls--;
    // A stream that stayed says nothing of how fast its replica answers.
    if (tookMs > MEMORY_MS) return;
    // The first call of all finds everything cold, at both ends.
    const weight = this.#atMs === undefined ? 0 : Math.max(STEP, 1 - this.#keptSince(nowMs));
    this.#meanMs += (tookMs - this.#meanMs) * weight;
    this.#atMs = nowMs;
  }

  costAt(nowMs: number): number {
    // While somebody is finding out, nobody else has to.
    const meanMs = this.#calls === 0 ? this.#meanAt(nowMs) : this.#meanMs;
    return Math.max(LEAST_MS, meanMs) ** 2 * (this.#calls + 1);
  }

  #meanAt(nowMs: number): number {
    return this.#meanMs * this.#keptSince(nowMs);
  }

  /** How much of what was known then still counts, 0 to 1. */
  #keptSince(nowMs: number): number {
    return Math.exp(((this.#atMs ?? nowMs) - nowMs) / MEMORY_MS);
  }
}

/** By less than this no replica is left out for another: equal ones share the calls, and what they keep in memory. */
const MUCH = 2;

export function isMuchCheaper(one: ReplicaLoad, other: ReplicaLoad, nowMs: number): boolean {
  return one.costAt(nowMs) * MUCH < other.costAt(nowMs);
}
