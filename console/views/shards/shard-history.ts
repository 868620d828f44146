/** Who owned what when: noticed by looking, so a shard that came back between two looks is not seen to move. */
export interface ShardMove {
  /** When it was noticed, ISO 8601. */
  readonly time: string;
  /** "": nobody. */
  readonly from: string;
  readonly to: string;
  readonly shards: number;
}

const MAX_MOVES = 200;

/** Compares each look with the one before. */
export class ShardHistory {
  #owners: readonly (string | undefined)[] | undefined;
  #moves: readonly ShardMove[] = [];

  /** Newest first. */
  get moves(): readonly ShardMove[] {
    return this.#moves;
  }

  look(owners: readonly (string | undefined)[], nowMs: number): void {
    const before = this.#owners;
    this.#owners = owners;
    if (!before) return;
    const counts = new Map<string, number>();
    const length = Math.max(before.length, owners.length);
    for (let shard = 0; shard < length; shard++) {
      if (before[shard] === owners[shard]) continue;
      const way = `${before[shard] ?? ""} ${owners[shard] ?? ""}`;
      counts.set(way, (counts.get(way) ?? 0) + 1);
    }
    const time = new Date(nowMs).toISOString();
    const moved = [...counts].map(([way, shards]) => {
      const [from, to] = way.split(" ");
      return { time, from, to, shards };
    });
    this.#moves = [...moved, ...this.#moves].slice(0, MAX_MOVES);
  }
}
