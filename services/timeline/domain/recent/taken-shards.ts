import type { UserId } from "../../../model/ids.ts";
import { shardOf } from "../../../model/shards.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { settleWithin } from "../../../platform/concurrency/settle-within.ts";

const MAX_CATCH_UP_MS = 500;

/** Shards that were taken, whose last owner's index may have been ahead, until what each waits for. */
export class TakenShards {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Promise<void>>();
  #catchingUp: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when what was waited for last is over, or half a second after it began; undefined: nothing is. */
  get catchingUp(): Promise<void> | undefined {
    return this.#catchingUp;
  }

  take(shards: readonly number[], caughtUp: Promise<void>): void {
    const over = settleWithin(caughtUp, MAX_CATCH_UP_MS, this.#clock).then(() => {
      if (this.#catchingUp === over) this.#catchingUp = undefined;
    });
    this.#catchingUp = over;
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
