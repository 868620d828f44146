import { invariant } from "../../../model/invariant.ts";

/** The shards that a process serves, and how often some have left it. */
export class ServedShards {
  readonly #served: Uint8Array;
  #count = 0;
  #departures = 1;

  constructor(shardCount: number) {
    this.#served = new Uint8Array(shardCount);
  }

  get count(): number {
    return this.#count;
  }

  /** From 1: another number whenever a shard has left. */
  get departures(): number {
    return this.#departures;
  }

  get isAll(): boolean {
    return this.#count === this.#served.length;
  }

  has(shard: number): boolean {
    return this.#served[shard] === 1;
  }

  all(): number[] {
    return Array.from(this.#served, (_, shard) => shard).filter((shard) => this.has(shard));
  }

  /** None of these is served yet. */
  add(shards: readonly number[]): void {
    for (const shard of shards) this.#served[shard] = 1;
    this.#count += shards.length;
    invariant(this.#count <= this.#served.length, "a shard is served once");
  }

  /** Those of them that were served. */
  remove(shards: readonly number[]): readonly number[] {
    const gone = shards.filter((shard) => this.has(shard));
    if (gone.length === 0) return gone;
    for (const shard of gone) this.#served[shard] = 0;
    this.#count -= gone.length;
    this.#departures++;
    invariant(this.#count >= 0, "a shard that is given up was served");
    return gone;
  }
}
