import { present } from "../../../services/model/invariant.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import type {
  BusMessage,
  ConsumeOptions,
  Consumer,
  Destination,
  EventBus,
  Outcome,
  QueueDepth,
  QueueName,
} from "../../../services/platform/messaging/bus.ts";
import { settlementOf } from "../../../services/platform/messaging/dead-letter.ts";
import {
  isTopic,
  REQUIRED_QUEUES,
  WORK_QUEUES,
} from "../../../services/platform/messaging/topics.ts";
import type { Logger } from "../../../services/platform/telemetry/logger.ts";
import type { Dice } from "./dice.ts";
import type { Life, Network } from "./network.ts";

interface Message {
  readonly payload: Uint8Array;
  redeliveryCount: number;
  /** Not before this time, ms on the monotonic clock. */
  notBeforeMs: number;
  holder: Subscription | undefined;
}

interface Subscription {
  readonly queue: QueueName;
  readonly prefetch: number;
  readonly handle: (message: BusMessage) => Promise<Outcome>;
  readonly life: Life;
  readonly closing: AbortController;
  readonly inHand: Set<Promise<void>>;
}

interface BusWorld {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly log: Logger;
  readonly network: Network;
  readonly pause: () => Promise<void>;
}

const QUEUES: readonly QueueName[] = [...REQUIRED_QUEUES, ...WORK_QUEUES];
/** Of most that are held, and of some: long enough for a deletion and a new friendship to come before it. */
const MAX_HOLD_MS = 400;
const MAX_LONG_HOLD_MS = 30_000;

/** At least once, in any order: it duplicates, delays, forgets that it was told, and mixes up. */
export class ChaosBus {
  /** Of publishes, deliveries and acknowledgements. */
  chaosRate = 0;
  /** Of what is held back. */
  longHolds = 0;
  /** Of these queues nothing is delivered. */
  readonly held = new Set<QueueName>();
  onDelivery: (queue: QueueName, payload: Uint8Array) => void = () => {};
  readonly #queues = new Map<QueueName, Message[]>(QUEUES.map((queue) => [queue, []]));
  readonly #subscriptions = new Set<Subscription>();
  readonly #world: BusWorld;
  #isPumping = false;

  constructor(world: BusWorld) {
    this.#world = world;
  }

  async publish(destination: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    const { dice, network } = this.#world;
    await network.travel();
    const isUncertain = dice.chance(this.chaosRate);
    const kept = isUncertain ? payloads.slice(0, dice.below(payloads.length + 1)) : payloads;
    const queue = isTopic(destination) ? (`${destination}.fanout` as const) : destination;
    for (const payload of kept) {
      this.put(queue, payload);
      if (dice.chance(this.chaosRate)) this.put(queue, payload);
    }
    this.pump();
    await network.travel();
    if (isUncertain) throw new Error("the bus did not confirm");
  }

  /** The bus as one process sees it: what it holds when it dies is delivered again. */
  seenBy(life: Life): EventBus {
    return {
      publish: (queue, payloads) => life.lives(this.publish(queue, payloads)),
      consume: (queue, options, handle) => this.#consume(life, queue, options, handle),
      depths: async () => this.depths(),
      close: async () => {},
    };
  }

  depths(): QueueDepth[] {
    return [...this.#queues].map(([queue, messages]) => {
      const unsettled = messages.filter(({ holder }) => holder !== undefined).length;
      return { queue, ready: messages.length - unsettled, unsettled };
    });
  }

  payloads(queue: QueueName): readonly Uint8Array[] {
    return present(this.#queues.get(queue)).map(({ payload }) => payload);
  }

  /** Takes a message out for good, or undefined when there is none. */
  take(queue: QueueName): Uint8Array | undefined {
    return present(this.#queues.get(queue)).shift()?.payload;
  }

  /** Delivers what is due now. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#world.pause().then(() => {
      this.#isPumping = false;
      while (this.#deliverOne());
    });
  }

  #consume(
    life: Life,
    queue: QueueName,
    { prefetch }: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer {
    const closing = new AbortController();
    const subscription = {
      queue,
      prefetch,
      handle,
      life,
      closing,
      inHand: new Set<Promise<void>>(),
    };
    this.#subscriptions.add(subscription);
    void life.death.then(() => this.#giveBack(subscription));
    this.pump();
    return {
      close: async () => {
        closing.abort();
        this.#subscriptions.delete(subscription);
        await Promise.all(subscription.inHand);
      },
    };
  }

  #giveBack(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    for (const message of present(this.#queues.get(subscription.queue))) {
      if (message.holder !== subscription) continue;
      message.holder = undefined;
      message.redeliveryCount++;
    }
    this.pump();
  }

  /** As if it had been published, and confirmed. */
  put(queue: QueueName, payload: Uint8Array): void {
    const { clock } = this.#world;
    const notBeforeMs = clock.monotonicMs() + this.#holdMs();
    present(this.#queues.get(queue)).push({
      payload,
      redeliveryCount: 0,
      notBeforeMs,
      holder: undefined,
    });
  }

  #holdMs(): number {
    const { dice } = this.#world;
    if (!dice.chance(this.chaosRate)) return 0;
    const isLong = this.longHolds > 0 && dice.chance(this.longHolds);
    return dice.below(isLong ? MAX_LONG_HOLD_MS : MAX_HOLD_MS);
  }

  #deliverOne(): boolean {
    const { dice, clock } = this.#world;
    const nowMs = clock.monotonicMs();
    const free = [...this.#subscriptions].filter(
      ({ queue, inHand, prefetch }) => inHand.size < prefetch && !this.held.has(queue),
    );
    const pairs = free.flatMap((subscription) => {
      const due = present(this.#queues.get(subscription.queue)).filter(
        ({ holder, notBeforeMs }) => holder === undefined && notBeforeMs <= nowMs,
      );
      return due.length === 0 ? [] : [{ subscription, due }];
    });
    if (pairs.length === 0) return false;
    const { subscription, due } = dice.pick(pairs);
    const message = dice.pick(due);
    message.holder = subscription;
    const work = this.#deliver(subscription, message).finally(() => {
      subscription.inHand.delete(work);
      this.pump();
    });
    subscription.inHand.add(work);
    return true;
  }

  async #deliver(subscription: Subscription, message: Message): Promise<void> {
    const { queue, handle, life, closing } = subscription;
    const { clock, log, dice, network } = this.#world;
    await network.travel();
    this.onDelivery(queue, message.payload);
    const deps = { log, clock, random: dice.random, signal: closing.signal };
    const settlement = await life.lives(settlementOf(this, { queue, handle }, message, deps));
    await life.lives(network.travel());
    if (message.holder !== subscription) return;
    message.holder = undefined;
    message.redeliveryCount++;
    const messages = present(this.#queues.get(queue));
    const isForgotten = dice.chance(this.chaosRate);
    if (settlement === "ack" && !isForgotten) messages.splice(messages.indexOf(message), 1);
  }
}
