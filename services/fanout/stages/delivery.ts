import type { Clock } from "../../platform/clock/clock.ts";
import type { PostToDeliver, PulledIntervals } from "../ports.ts";
import { HeldTooLong } from "./lane-options.ts";

/**
 * Second stage: whether a post is pushed, or fetched by its readers. What the copy of the table does not
 * know yet waits for a new reading: only what every reader knows to be pulled may be left out.
 */
export class DeliveryStage {
  readonly #intervals: PulledIntervals;
  readonly #clock: Clock;
  readonly #closed = Promise.withResolvers<never>();

  constructor(intervals: PulledIntervals, clock: Clock) {
    this.#intervals = intervals;
    this.#clock = clock;
    this.#closed.promise.catch(() => {});
  }

  /** At once for nearly every post. Rejects with HeldTooLong, or the reason of `close`. */
  isPushed({ postId, authorId }: PostToDeliver, untilMs: number): boolean | Promise<boolean> {
    const delivery = this.#intervals.table.deliveryOf(postId, authorId);
    if (delivery !== "unknown") return delivery === "push";
    const ms = untilMs - this.#clock.monotonicMs();
    const known = this.#intervals.through(postId, ms).then((isKnown) => {
      if (!isKnown) throw new HeldTooLong();
      return this.#intervals.table.deliveryOf(postId, authorId) === "push";
    });
    return Promise.race([known, this.#closed.promise]);
  }

  close(reason: unknown): void {
    this.#closed.reject(reason);
  }
}
