import { ratesOverDay } from "../../day-curve.ts";
import { Arrivals, type Span } from "../../kernel/arrivals.ts";
import type { Events } from "../../kernel/events.ts";
import { MessageRing } from "../../kernel/message-ring.ts";
import { QueueMeter } from "../../kernel/queue-meter.ts";
import { Random } from "../../kernel/random.ts";
import { Sampler } from "../../kernel/sampler.ts";
import { Servers } from "../../kernel/servers.ts";
import { Stalls } from "../../kernel/stalls.ts";
import type { Model } from "../../model.ts";
import { backoffMicros } from "../backoff.ts";
import type { BusQueue } from "../bus.ts";
import type { Cql } from "../cql.ts";
import { STREAM, stallSeed } from "../streams.ts";
import { PostSource } from "./post-source.ts";
import type { Posts } from "./posts.ts";

export interface RealPostsParts {
  readonly events: Events;
  readonly queue: BusQueue;
  readonly cql: Cql;
  readonly span: Span;
  readonly seed: number;
}

/**
 * Post processes on CQL, each with a relay, and RabbitMQ. A write waits for no other, so posts
 * become durable as they come: a Poisson stream moved by random times is one again. Posts that are
 * not published yet are not drawn yet either: an outbox of any length takes no memory.
 */
export class RealPosts implements Posts {
  readonly outbox = new QueueMeter();
  readonly threads: Servers;
  readonly broker: Servers;
  readonly #parts: RealPostsParts;
  readonly #model: Model;
  readonly #sources: readonly PostSource[];
  /** The same streams, which only count. */
  readonly #counters: readonly Arrivals[];
  /** Read from the outbox and not yet published, by process. */
  readonly #read: readonly MessageRing[];
  readonly #failures: Int32Array;
  readonly #confirms: Sampler;
  readonly #backoff: Random;
  readonly #relay: number;
  readonly #confirmed: number;
  #heldUntil = 0;

  constructor(model: Model, parts: RealPostsParts) {
    const { processes, load, stalls, delays } = model;
    const { events, span, seed } = parts;
    const { post: count } = processes;
    const rates = ratesOverDay(load.postsADay / count, load.zones);
    const each = Array.from({ length: count }, (_, process) => process);
    this.#parts = parts;
    this.#model = model;
    this.#sources = each.map((process) => new PostSource(model, rates, span, { seed, process }));
    this.#counters = each.map((process) => {
      const stream = STREAM.posts + 2 * process;
      return new Arrivals(rates, span, seed, stream);
    });
    this.#read = each.map(() => new MessageRing());
    this.#failures = new Int32Array(count);
    this.threads = new Servers(count, new Stalls(stalls.post, count, stallSeed(seed, "post")));
    this.broker = new Servers(1, new Stalls(stalls.broker, 1, stallSeed(seed, "broker")));
    this.#confirms = new Sampler(delays.brokerConfirm, new Random(seed, STREAM.confirms));
    this.#backoff = new Random(seed, STREAM.relayBackoff);
    this.#relay = events.kind((process) => this.#readOutbox(process));
    this.#confirmed = events.kind((process, left) => this.#published(process, left));
  }

  acknowledged(): number {
    const { now } = this.#parts.events;
    return this.#counters.reduce((sum, counter) => sum + counter.countUpTo(now), 0);
  }

  depth(): number {
    return this.acknowledged() - this.outbox.left;
  }

  start(): void {
    for (const process of this.#sources.keys()) this.#parts.events.at(0, this.#relay, process);
  }

  /** The broker's one thread, and its quorum. */
  publish(at: number, count: number): number {
    const work = count * this.#model.costs.broker.message;
    return this.broker.serveAt(0, at, work) + this.#confirms.draw();
  }

  settled(): void {}

  hold(untilMicros: number): void {
    this.#heldUntil = untilMicros;
    this.broker.holdUntil(0, untilMicros);
  }

  /** One turn of the relay: reads a batch, or waits for a write. */
  #readOutbox(process: number): void {
    const { events, queue, cql } = this.#parts;
    const { batchItems } = this.#model.settings.relay;
    const source = this.#sources[process];
    const read = this.#read[process];
    const { arrivals } = source;
    while (read.size < batchItems && arrivals.next <= events.now) {
      read.push(arrivals.next, source.friends(), 0);
      arrivals.advance();
    }
    if (read.size > 0 && queue.isDown) this.#retry(process);
    else if (read.size > 0) {
      const work = read.size * this.#model.costs.post.publish;
      this.#publishSome(process, this.threads.serveAt(process, cql.read(events.now), work));
    } else if (arrivals.next < Number.POSITIVE_INFINITY) {
      events.at(arrivals.next, this.#relay, process);
    }
  }

  #publishSome(process: number, at: number): void {
    const { unconfirmed } = this.#model.settings.relay;
    const count = Math.min(unconfirmed, this.#read[process].size);
    this.#parts.events.at(this.publish(at, count), this.#confirmed, process, count);
  }

  #published(process: number, count: number): void {
    const { events, queue, cql } = this.#parts;
    if (events.now < this.#heldUntil) {
      events.at(this.#heldUntil, this.#confirmed, process, count);
      return;
    }
    if (queue.isDown || !queue.hasRoom(count)) {
      this.#retry(process);
      return;
    }
    this.#failures[process] = 0;
    const read = this.#read[process];
    for (let i = 0; i < count; i++) {
      read.shift();
      this.outbox.enter(read.at);
      queue.push(read.at, read.friends, read.flags);
    }
    this.outbox.leave(events.now, count);
    queue.pump();
    if (read.size > 0) this.#publishSome(process, events.now);
    else events.at(cql.write(events.now), this.#relay, process);
  }

  #retry(process: number): void {
    const { backoffFirstMs, backoffMaxMs } = this.#model.settings.relay;
    const failures = ++this.#failures[process];
    const wait = backoffMicros(failures, backoffFirstMs, backoffMaxMs, this.#backoff);
    this.#parts.events.at(this.#parts.events.now + wait, this.#relay, process);
  }
}
