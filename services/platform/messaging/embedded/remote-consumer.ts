import type { ConsumeRequest, Delivery } from "#gen/event/v1/event.ts";
import { PushStream } from "../../concurrency/push-stream.ts";
import { DomainError } from "../../grpc/errors/errors.ts";
import { BUS_BACKOFF, backoffMs } from "../backoff.ts";
import type { BusMessage, Consumer, EventBus, Outcome, QueueName } from "../bus.ts";
import { type BusDeps, settlementOf } from "../dead-letter.ts";
import type { EventClient } from "./event-client.ts";

interface RemoteConsumerOptions extends BusDeps {
  readonly client: EventClient;
  /** Takes the dead letters. */
  readonly bus: Pick<EventBus, "publish">;
  readonly queue: QueueName;
  readonly prefetch: number;
  readonly handle: (message: BusMessage) => Promise<Outcome>;
}

/** One stream of Consume: what goes up, and the outcomes collected since the last message. */
class ConsumeStream {
  readonly requests = new PushStream<ConsumeRequest>();
  #acks: bigint[] = [];
  #requeues: bigint[] = [];

  constructor(queue: QueueName, prefetch: number) {
    this.requests.push({ step: { $case: "subscribe", value: { queue, prefetch } } });
  }

  /** Outcomes of one turn of the event loop travel in one message. */
  settle(tag: bigint, settlement: "ack" | "requeue"): void {
    if (this.#acks.length + this.#requeues.length === 0) setImmediate(() => this.#flush());
    (settlement === "ack" ? this.#acks : this.#requeues).push(tag);
  }

  /** Sends what is left and ends the stream from this side. */
  end(): void {
    this.#flush();
    this.requests.end();
  }

  #flush(): void {
    if (this.#acks.length + this.#requeues.length === 0) return;
    const value = { ackTags: this.#acks, requeueTags: this.#requeues };
    this.requests.push({ step: { $case: "settle", value } });
    this.#acks = [];
    this.#requeues = [];
  }
}

/** How long a closing consumer waits for its owner to say that the last outcomes are durable, ms. */
const CLOSE_TIMEOUT_MS = 5_000;

/** Processes of a mesh start side by side: for so long it is no loss that an owner is not there yet, ms. */
const STARTING_MS = 15_000;

/** Consumes one queue of another process, and opens the stream again whenever it ends. */
export class RemoteConsumer implements Consumer {
  readonly #options: RemoteConsumerOptions;
  readonly #closing = new AbortController();
  readonly #inHand = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #stream: ConsumeStream | undefined;
  #cancel = new AbortController();

  constructor(options: RemoteConsumerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#inHand);
    this.#stream?.end();
    const timer = setTimeout(() => this.#cancel.abort(), CLOSE_TIMEOUT_MS);
    await this.#running;
    clearTimeout(timer);
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    const { clock, log, queue, random } = this.#options;
    const startedMs = clock.monotonicMs();
    let failures = 0;
    let hadAny = false;
    while (!this.#isClosing) {
      try {
        await this.#consume(() => {
          failures = 0;
          hadAny = true;
        });
      } catch (error) {
        const isStarting = !hadAny && clock.monotonicMs() - startedMs < STARTING_MS;
        const told = { err: error, queue };
        if (isStarting && isAbsence(error)) log.debug(told, "the queue is not there yet");
        else if (!this.#isClosing) log.warn(told, "lost the queue; connecting again");
      }
      // Outcomes of the old stream mean nothing on the next: its messages are delivered again.
      this.#stream = undefined;
      if (this.#isClosing) return;
      await clock
        .delay(backoffMs(BUS_BACKOFF, failures++, random()), this.#closing.signal)
        .catch(() => {});
    }
  }

  async #consume(onDelivery: () => void): Promise<void> {
    const { client, queue, prefetch } = this.#options;
    const stream = new ConsumeStream(queue, prefetch);
    this.#stream = stream;
    this.#cancel = new AbortController();
    const answers = client.consume(stream.requests, { signal: this.#cancel.signal });
    for await (const { deliveries } of answers) {
      onDelivery();
      // Closing: what comes now is not settled, so the queue has it back when the stream ends.
      if (this.#isClosing) continue;
      for (const delivery of deliveries) this.#take(stream, delivery);
    }
  }

  #take(stream: ConsumeStream, delivery: Delivery): void {
    const { bus, queue, handle } = this.#options;
    const deps = { ...this.#options, signal: this.#closing.signal };
    const done = settlementOf(bus, { queue, handle }, delivery, deps).then((settlement) => {
      stream.settle(delivery.tag, settlement);
      this.#inHand.delete(done);
    });
    this.#inHand.add(done);
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof DomainError && error.code === "UNAVAILABLE";
}
