import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";

/** The message cannot go through; it belongs on the dead letters. */
export class MessageFailure extends Error {
  override readonly name = "MessageFailure";
}

export interface LaneOptions<Item, Result> {
  /** For the log: what is at the other end. */
  readonly target: string;
  /** One call for many items: one result an item, in their order. Rejects with DomainErrors. */
  readonly send: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems: number;
  /** Bounds a call by the sum of its items' weights; an item alone may be heavier. */
  readonly maxWeight?: number;
  readonly weigh?: (item: Item) => number;
  readonly maxCallsInFlight: number;
  /**
   * Least time between two calls, ms; 0 by default. An item that finds the lane idle for so long goes at
   * once, what comes in the time after it waits for company, and a full batch never waits.
   */
  readonly spacingMs?: number;
  /** Told of every failure that is the target's. */
  readonly onTargetFault?: (error: unknown) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** The item was held for as long as it may be: its message goes back to the bus, and comes again. */
export class HeldTooLong extends Error {
  override readonly name = "HeldTooLong";
}
