import {
  type ConsumeRequest,
  type ConsumeResponse,
  EventServiceService,
  type Settle,
  type Subscribe,
} from "#gen/event/v1/event.ts";
import { MAX_MESSAGE_BYTES, MAX_PREFETCH, MAX_PUBLISH_PAYLOADS } from "../../../model/limits.ts";
import { PushStream } from "../../concurrency/push-stream.ts";
import type { Implementation } from "../../grpc/call.ts";
import { invalidArgument, notFound, unavailable } from "../../grpc/errors/errors.ts";
import { implement } from "../../grpc/server/server.ts";
import type { Destination } from "../bus.ts";
import { isQueueName, isTopic } from "../topics.ts";
import type { LocalBus } from "./local-bus.ts";
import type { QueueDelivery, Subscription } from "./local-queue.ts";

/** tidings.event.v1 over the queues of this process. */
export function eventService(bus: LocalBus): Implementation {
  return implement(EventServiceService, {
    publish: async ({ queue, payloads }) => {
      checkPayloads(payloads);
      await bus.publish(destinationOf(queue), payloads);
      return {};
    },
    consume: (requests) => {
      const deliveries = new PushStream<ConsumeResponse>();
      void serveConsumer(bus, requests, deliveries);
      return deliveries;
    },
    getQueueStats: async () => ({
      queues: bus.queues.map((queue) => ({
        queue: queue.name,
        readyCount: BigInt(queue.depth.ready),
        unsettledCount: BigInt(queue.depth.unsettled),
        consumerCount: queue.depth.consumers,
      })),
    }),
  });
}

/** Lives as long as the stream: ends it when the bus closes, and gives back what is not settled. */
async function serveConsumer(
  bus: LocalBus,
  requests: AsyncIterable<ConsumeRequest>,
  deliveries: PushStream<ConsumeResponse>,
): Promise<void> {
  let subscription: Subscription | undefined;
  let settled = Promise.resolve();
  try {
    for await (const { step } of requests) {
      if (step?.$case === "subscribe" && subscription === undefined) {
        subscription = subscribe(bus, step.value, deliveries);
      } else if (step?.$case === "settle" && subscription !== undefined) {
        // Not awaited: what the next message settles belongs into the same group commit.
        settled = settle(subscription, step.value);
        settled.catch((error: unknown) => deliveries.end(error));
      } else {
        throw invalidArgument("step", "the first must be subscribe, every other settle");
      }
    }
    await settled;
    deliveries.end();
  } catch (error) {
    deliveries.end(error);
  } finally {
    subscription?.close();
  }
}

function subscribe(
  bus: LocalBus,
  { queue, prefetch }: Subscribe,
  deliveries: PushStream<ConsumeResponse>,
): Subscription {
  if (prefetch < 1 || prefetch > MAX_PREFETCH) {
    throw invalidArgument("subscribe.prefetch", `is ${prefetch}, must be 1 to ${MAX_PREFETCH}`);
  }
  return bus.queue(queue).subscribe({
    prefetch,
    deliver: (batch) => {
      for (const part of messagesOf(batch)) deliveries.push({ deliveries: part });
    },
    ended: () => deliveries.end(unavailable("the bus is closing: subscribe again soon")),
  });
}

/** Cuts a batch so that each stream message stays under its limit. */
function* messagesOf(batch: readonly QueueDelivery[]): Iterable<ConsumeResponse["deliveries"]> {
  const maxBytes = MAX_MESSAGE_BYTES / 2;
  let part: ConsumeResponse["deliveries"] = [];
  let bytes = 0;
  for (const { tag, payload, redeliveryCount } of batch) {
    if (part.length > 0 && bytes + payload.length > maxBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push({ tag: BigInt(tag), payload: payload as Buffer, redeliveryCount });
    bytes += payload.length;
  }
  yield part;
}

function settle(subscription: Subscription, { ackTags, requeueTags }: Settle): Promise<void> {
  return subscription.settle(ackTags.map(Number), requeueTags.map(Number));
}

function destinationOf(name: string): Destination {
  if (isTopic(name) || isQueueName(name)) return name;
  throw notFound("queue or topic", name);
}

function checkPayloads(payloads: readonly Uint8Array[]): void {
  if (payloads.length < 1 || payloads.length > MAX_PUBLISH_PAYLOADS) {
    const problem = `has ${payloads.length} items, must be 1 to ${MAX_PUBLISH_PAYLOADS}`;
    throw invalidArgument("payloads", problem, "send several requests");
  }
}
