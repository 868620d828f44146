import type { UserId } from "../../../model/ids.ts";
import { shardOf } from "../../../model/shards.ts";

/** Shards that were taken, whose last owner's index may have been ahead, until what each waits for. */
export class TakenShards {
  readonly #waiting = new Map<number, Promise<void>>();

  take(shards: readonly number[], caughtUp: Promise<void>): void {
    for (const shard of shards) this.#waiting.set(shard, caughtUp);
    void caughtUp.then(() => {
      for (const shard of shards) {
        // Given away and taken again meanwhile, it waits for what has come since.
        if (this.#waiting.get(shard) === caughtUp) this.#waiting.delete(shard);
      }
    });
  }

  get isAny(): boolean {
    return this.#waiting.size > 0;
  }

  isBehind(viewer: UserId): boolean {
    return this.isAny && this.#waiting.has(shardOf(viewer));
  }
}
