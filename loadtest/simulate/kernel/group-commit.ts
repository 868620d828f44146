/**
 * Group commit, as the timeline's log does it (services/timeline/adapters/log/commit/group-commit.ts):
 * while one group is written and synced the next one gathers; one that is full is followed by
 * another. Only the last group that is known needs to be kept: when it begins and ends is settled
 * when its first member comes.
 */
export class GroupCommits {
  groups = 0;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #bytes: Float64Array;
  readonly #fullBytes: number;
  readonly #syncEnd: (server: number, start: number) => number;

  /** `syncEnd`: when a sync that begins at `start` has ended. */
  constructor(
    count: number,
    fullBytes: number,
    syncEnd: (server: number, start: number) => number,
  ) {
    this.#starts = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#ends = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#bytes = new Float64Array(count);
    this.#fullBytes = fullBytes;
    this.#syncEnd = syncEnd;
  }

  /** When bytes that come at `at`, not before those that came earlier, are durable. */
  commit(server: number, at: number, bytes: number): number {
    if (at <= this.#starts[server] && this.#bytes[server] < this.#fullBytes) {
      this.#bytes[server] += bytes;
      return this.#ends[server];
    }
    const before = this.#ends[server];
    const start = at > before ? at : before;
    const end = this.#syncEnd(server, start);
    this.#starts[server] = start;
    this.#ends[server] = end;
    this.#bytes[server] = bytes;
    this.groups++;
    return end;
  }
}
