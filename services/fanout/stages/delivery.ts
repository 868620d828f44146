import { type PostId, postTimeMs } from "../../model/ids.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { thinned } from "../../platform/telemetry/thinned.ts";
import type { PostToDeliver, PulledIntervals } from "../ports.ts";
import { HeldTooLong } from "./lane-options.ts";

/** Beyond what readings that are late explain: the table is settled ten seconds ahead of its service's clock. */
const AHEAD_MS = 5_000;
const TELL_EVERY_MS = 10_000;
const AHEAD =
  "posts wait until the friend service's time reaches theirs: the clock of their post service is ahead; correct it";

export interface DeliveryDeps {
  readonly clock: Clock;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Second stage: whether a post is pushed, or fetched by its readers. What the copy of the table does not
 * know yet waits for a new reading: only what every reader knows to be pulled may be left out.
 */
export class DeliveryStage {
  readonly #intervals: PulledIntervals;
  readonly #clock: Clock;
  readonly #tellAhead: (ahead: { readonly postId: string; readonly aheadMs: number }) => void;
  readonly #closed = Promise.withResolvers<never>();

  constructor(intervals: PulledIntervals, { clock, log }: DeliveryDeps) {
    this.#intervals = intervals;
    this.#clock = clock;
    this.#tellAhead = thinned(TELL_EVERY_MS, (newest, times) =>
      log.warn({ ...newest, times }, AHEAD),
    );
    this.#closed.promise.catch(() => {});
  }

  /** At once for nearly every post. Rejects with HeldTooLong, or the reason of `close`. */
  isPushed({ postId, authorId }: PostToDeliver, untilMs: number): boolean | Promise<boolean> {
    const delivery = this.#intervals.table.deliveryOf(postId, authorId);
    if (delivery !== "unknown") return delivery === "push";
    const aheadMs = this.#aheadMs(postId);
    if (aheadMs > AHEAD_MS) this.#tellAhead({ postId: String(postId), aheadMs });
    const ms = untilMs - this.#clock.monotonicMs();
    const known = this.#intervals.through(postId, ms).then((isKnown) => {
      if (!isKnown) throw new HeldTooLong();
      return this.#intervals.table.deliveryOf(postId, authorId) === "push";
    });
    return Promise.race([known, this.#closed.promise]);
  }

  /** How far the post's time is beyond what is known; 0 while nothing is. */
  #aheadMs(postId: PostId): number {
    const { validThrough } = this.#intervals.table;
    return validThrough === 0n ? 0 : postTimeMs(postId) - postTimeMs(validThrough);
  }

  close(reason: unknown): void {
    this.#closed.reject(reason);
  }
}
