import { EventServiceService } from "#gen/event/v1/event.ts";
import { MAX_MESSAGE_BYTES, MAX_PUBLISH_PAYLOADS } from "../../../model/limits.ts";
import { systemClock } from "../../clock/system-clock.ts";
import { type Channel, createClient } from "../../grpc/client/client.ts";
import { invalidArgument } from "../../grpc/errors/errors.ts";
import type {
  BusMessage,
  ConsumeOptions,
  Consumer,
  Destination,
  EventBus,
  Outcome,
  QueueDepth,
  QueueName,
} from "../bus.ts";
import type { BusDeps } from "../dead-letter.ts";
import { isTopic, subscriptionOf } from "../topics.ts";
import type { EventClient } from "./event-client.ts";
import type { LocalBusShape } from "./local-bus.ts";
import { RemoteConsumer } from "./remote-consumer.ts";

/** A process that serves tidings.event.v1, and what lives in it. */
export interface QueueOwner extends Partial<LocalBusShape> {
  readonly channel: Channel;
}

export interface RemoteBusOptions extends Partial<BusDeps> {
  readonly log: BusDeps["log"];
}

/** The embedded bus from outside its processes. Closing it leaves the channels open. */
export function connectRemoteBus(
  owners: readonly QueueOwner[],
  options: RemoteBusOptions,
): EventBus {
  const deps = { clock: systemClock, random: Math.random, ...options };
  const clients = owners.map(({ channel, topics = [], queues = [] }) => ({
    client: createClient(EventServiceService, channel),
    owns: (name: string) => {
      const topic = isTopic(name) ? name : subscriptionOf(name)?.topic;
      return [...topics, ...queues].some((own) => own === (topic ?? name));
    },
  }));
  return new RemoteBus(clients, deps);
}

interface OwnerClient {
  readonly client: EventClient;
  readonly owns: (name: string) => boolean;
}

/** Bytes of payloads in one Publish: room is left for tags and lengths. */
const MAX_PUBLISH_BYTES = MAX_MESSAGE_BYTES - 16 * MAX_PUBLISH_PAYLOADS;

class RemoteBus implements EventBus {
  readonly #owners: readonly OwnerClient[];
  readonly #deps: BusDeps;
  readonly #consumers = new Set<RemoteConsumer>();

  constructor(owners: readonly OwnerClient[], deps: BusDeps) {
    this.#owners = owners;
    this.#deps = deps;
  }

  async publish(queue: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    const client = this.#clientOf(queue);
    for (const part of publishRequests(payloads)) await client.publish({ queue, payloads: part });
  }

  consume(
    queue: QueueName,
    { prefetch }: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer {
    const client = this.#clientOf(queue);
    const consumer = new RemoteConsumer({
      ...this.#deps,
      client,
      bus: this,
      queue,
      prefetch,
      handle,
    });
    this.#consumers.add(consumer);
    return {
      close: async () => {
        await consumer.close();
        this.#consumers.delete(consumer);
      },
    };
  }

  async depths(): Promise<readonly QueueDepth[]> {
    const answers = await Promise.all(
      this.#owners.map(async ({ client, owns }) => {
        const { queues: stats } = await client.getQueueStats({});
        return stats.filter(({ queue }) => owns(queue));
      }),
    );
    return answers.flat().map(({ queue, readyCount, unsettledCount }) => ({
      queue: queue as QueueName,
      ready: Number(readyCount),
      unsettled: Number(unsettledCount),
    }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#consumers.clear();
  }

  #clientOf(queue: Destination): EventClient {
    const owner = this.#owners.find(({ owns }) => owns(queue));
    if (owner === undefined) {
      const remedy = "say where its service is, in TIDINGS_<SERVICE>_ADDRESSES";
      throw invalidArgument("queue", `no process is known that has ${queue}`, remedy);
    }
    return owner.client;
  }
}

/** Cuts payloads into requests within the limits of the RPC. */
export function publishRequests(payloads: readonly Uint8Array[]): Buffer[][] {
  const requests: Buffer[][] = [];
  let request: Buffer[] = [];
  let bytes = 0;
  for (const payload of payloads) {
    const isFull =
      request.length === MAX_PUBLISH_PAYLOADS || bytes + payload.length > MAX_PUBLISH_BYTES;
    if (isFull && request.length > 0) {
      requests.push(request);
      request = [];
      bytes = 0;
    }
    request.push(payload as Buffer);
    bytes += payload.length;
  }
  if (request.length > 0) requests.push(request);
  return requests;
}
