import { Event } from "#gen/event/v1/event.ts";
import { DomainError } from "../grpc/errors/errors.ts";
import { type Backoff, backoffMs } from "./backoff.ts";
import {
  ACK,
  type BusMessage,
  type Consumer,
  type EventBus,
  type Outcome,
  REQUEUE,
} from "./bus.ts";
import type { BusDeps } from "./dead-letter.ts";
import { messageIdOf } from "./message-id.ts";
import type { SubscriberQueue } from "./topics.ts";

/** Failures of one message by its own fault; then it is a dead letter. */
const MAX_FAILURES = 8;
/** While they fail, so many messages wait in hand at most. */
const PREFETCH = 256;
const RETRY: Backoff = { firstMs: 100, maxMs: 10_000 };
/** What says nothing of the message. */
const FAULTS_OF_OTHERS: ReadonlySet<string> = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED"]);

/** The signal aborts when the subscriber closes: what rejects then is delivered again to the next one. */
export type HandleEvent = (event: Event, messageId: string, closing: AbortSignal) => Promise<void>;

/**
 * Follows a topic: `handle` gets each event at least once, with an id that all copies have in common. What
 * fails is tried again, in hand first, longer each time; a message whose own fault it is goes to the dead
 * letters after 8 failures, one that finds its target down waits.
 */
export function subscribe(
  bus: Pick<EventBus, "consume">,
  queue: SubscriberQueue,
  handle: HandleEvent,
  deps: BusDeps,
): Consumer {
  const closing = new AbortController();
  const take = (message: BusMessage) => outcomeOf(message, handle, deps, closing.signal);
  const consumer = bus.consume(queue, { prefetch: PREFETCH }, take);
  return {
    close: async () => {
      closing.abort(new Error("the subscriber is closing"));
      await consumer.close();
    },
  };
}

async function outcomeOf(
  { payload }: BusMessage,
  handle: HandleEvent,
  { clock, random, log }: BusDeps,
  closing: AbortSignal,
): Promise<Outcome> {
  let event: Event;
  try {
    event = Event.decode(payload);
  } catch (error) {
    return { kind: "drop", reason: `the message is no event: ${(error as Error).message}` };
  }
  let failures = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      await handle(event, messageIdOf(event, payload), closing);
      return ACK;
    } catch (error) {
      if (closing.aborted) return REQUEUE;
      const isOthers = error instanceof DomainError && FAULTS_OF_OTHERS.has(error.code);
      if (!isOthers && ++failures === MAX_FAILURES) return { kind: "drop", reason: String(error) };
      log.warn({ err: error, failures, requestId: event.requestId }, "an event is tried again");
      await clock.delay(backoffMs(RETRY, attempt, random()), closing).catch(() => {});
      if (closing.aborted) return REQUEUE;
    }
  }
}
