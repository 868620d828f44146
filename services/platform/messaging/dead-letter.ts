import { DeadLetter } from "#gen/event/v1/event.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../telemetry/logger.ts";
import { BUS_BACKOFF, backoffMs } from "./backoff.ts";
import type { BusMessage, EventBus, Outcome, QueueName } from "./bus.ts";
import { subscriptionOf } from "./topics.ts";

/** What the adapters of the bus need of the world. */
export interface BusDeps {
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What an engine can do with a message: a drop is a dead letter and then an ack. */
export type Settlement = "ack" | "requeue";

/** Who handles the messages of which queue. */
export interface Handling {
  readonly queue: QueueName;
  readonly handle: (message: BusMessage) => Promise<Outcome>;
}

/**
 * Runs a consumer's `handle` and makes its outcome one that every engine has. A dropped message is on
 * the dead-letter queue, confirmed, before it is acked; while that fails it stays unsettled, until
 * `signal` says that the consumer closes. A `handle` that throws, against its contract, requeues.
 */
export async function settlementOf(
  bus: Pick<EventBus, "publish">,
  { queue, handle }: Handling,
  message: BusMessage,
  { log, clock, random, signal }: BusDeps & { readonly signal: AbortSignal },
): Promise<Settlement> {
  const outcome = await Promise.try(handle, message).catch((error: unknown): Outcome => {
    log.error({ err: error, queue }, "the handler of a message threw; it is requeued");
    return { kind: "requeue" };
  });
  if (outcome.kind !== "drop") return outcome.kind;
  const { payload } = message;
  const timeMs = BigInt(Math.round(clock.nowMs()));
  const bytes = encodeLetter({ queue, payload, reason: outcome.reason, timeMs });
  for (let attempt = 0; ; attempt++) {
    try {
      await bus.publish("dead-letters", [bytes]);
      log.warn({ queue, reason: outcome.reason }, "message moved to the dead letters");
      return "ack";
    } catch (error) {
      log.warn({ err: error, queue }, "a dead letter could not be published");
      if (signal.aborted) return "requeue";
      await clock.delay(backoffMs(BUS_BACKOFF, attempt, random()), signal).catch(() => {});
    }
  }
}

/** A DeadLetter, with the topic and the subscriber that its queue's name says. */
export function encodeLetter(letter: {
  readonly queue: string;
  readonly payload: Uint8Array;
  readonly reason: string;
  readonly timeMs: bigint;
}): Uint8Array {
  const { topic = "", subscriber = "" } = subscriptionOf(letter.queue) ?? {};
  const payload = Buffer.from(letter.payload);
  return DeadLetter.encode({ ...letter, payload, topic, subscriber }).finish();
}
