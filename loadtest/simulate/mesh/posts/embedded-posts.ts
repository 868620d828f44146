import { ratesOverDay } from "../../day-curve.ts";
import type { Span } from "../../kernel/arrivals.ts";
import type { Events } from "../../kernel/events.ts";
import { MessageRing } from "../../kernel/message-ring.ts";
import { QueueMeter } from "../../kernel/queue-meter.ts";
import { Random } from "../../kernel/random.ts";
import { Sampler } from "../../kernel/sampler.ts";
import { Servers } from "../../kernel/servers.ts";
import { Stalls } from "../../kernel/stalls.ts";
import type { Model } from "../../model.ts";
import type { BusQueue } from "../bus.ts";
import { STREAM, stallSeed } from "../streams.ts";
import { PostSource } from "./post-source.ts";
import type { Posts } from "./posts.ts";

export interface EmbeddedPostsParts {
  readonly events: Events;
  readonly queue: BusQueue;
  readonly span: Span;
  readonly seed: number;
}

/**
 * The one post process of the embedded engine, with the bus in it. Its LMDB commits in groups, one
 * after the other, in which posts, what the relay publishes and marks, and what workers settle
 * wait together.
 */
export class EmbeddedPosts implements Posts {
  readonly outbox = new QueueMeter();
  readonly threads: Servers;
  readonly #parts: EmbeddedPostsParts;
  readonly #model: Model;
  readonly #source: PostSource;
  readonly #commits: Sampler;
  readonly #timers: Sampler;
  /** That of the first owner as well. */
  readonly #disk: Stalls;
  readonly #unpublished = new MessageRing();
  /** Friends of the authors of posts that wait for a group, or are in the one under way. */
  readonly #creating = new MessageRing();
  #createsInGroup = 0;
  /** Read by the relay, and on their way onto the queue. */
  #publishing = 0;
  #isRelayIdle = true;
  /** Of the relay: a publish, or the mark after it, waits for a group or is in one. */
  #relayJob: "none" | "publish" | "mark" = "none";
  #isRelayInGroup = false;
  #settleJobs = 0;
  #isCommitting = false;
  #acknowledged = 0;
  #heldUntil = 0;
  readonly #arrive: number;
  readonly #created: number;
  readonly #groupBegins: number;
  readonly #groupEnds: number;
  readonly #published: number;

  constructor(model: Model, parts: EmbeddedPostsParts) {
    const { load, delays, stalls } = model;
    const { events, span, seed } = parts;
    const rates = ratesOverDay(load.postsADay, load.zones);
    this.#parts = parts;
    this.#model = model;
    this.#source = new PostSource(model, rates, span, { seed, process: 0 });
    this.#commits = new Sampler(delays.postCommit, new Random(seed, STREAM.commits));
    this.#disk = new Stalls(stalls.disk, 1, stallSeed(seed, "disk"));
    this.#timers = new Sampler(delays.timer, new Random(seed, STREAM.gathering));
    this.threads = new Servers(1, new Stalls(stalls.post, 1, stallSeed(seed, "post")));
    this.#arrive = events.kind(() => this.#onArrival());
    this.#created = events.kind((friends) => {
      this.#creating.push(0, friends, 0);
      this.#commit();
    });
    this.#groupBegins = events.kind((hasGathered) => this.#beginGroup(hasGathered === 1));
    this.#groupEnds = events.kind(() => this.#endGroup());
    this.#published = events.kind(() => {
      this.#relayJob = "publish";
      this.#commit();
    });
  }

  acknowledged(): number {
    return this.#acknowledged;
  }

  depth(): number {
    return this.#unpublished.size;
  }

  start(): void {
    this.#parts.events.at(this.#source.arrivals.next, this.#arrive);
  }

  /**
   * A worker's publish shares a group with whatever waits: a commit, and about half of one before
   * it.
   */
  publish(at: number, count: number): number {
    const end = this.threads.serveAt(0, at, count * this.#model.costs.post.publish);
    return end + 1.5 * this.#commits.draw();
  }

  settled(count: number): void {
    this.threads.serveAt(0, this.#parts.events.now, count * this.#model.costs.post.ack);
    this.#settleJobs++;
    this.#commit();
  }

  /** The process stands still: what comes meanwhile is taken when it goes on. */
  hold(untilMicros: number): void {
    this.#heldUntil = untilMicros;
    this.threads.holdUntil(0, untilMicros);
  }

  #onArrival(): void {
    const { events } = this.#parts;
    const { arrivals } = this.#source;
    const end = this.threads.serveAt(0, events.now, this.#model.costs.post.create);
    events.at(end, this.#created, this.#source.friends());
    arrivals.advance();
    if (arrivals.next < Number.POSITIVE_INFINITY) events.at(arrivals.next, this.#arrive);
  }

  /** The rest of this turn of the loop joins the first group. */
  #commit(): void {
    if (this.#isCommitting) return;
    this.#isCommitting = true;
    this.#parts.events.at(this.#parts.events.now, this.#groupBegins, 0);
  }

  #beginGroup(hasGathered: boolean): void {
    const { events } = this.#parts;
    const { busyCommits, gatherMicros, commitsPerGroup } = this.#model.settings.store;
    const relayJobs = this.#relayJob === "none" ? 0 : 1;
    const waiting = this.#creating.size + relayJobs + this.#settleJobs;
    if (waiting === 0) {
      this.#isCommitting = false;
    } else if (waiting >= busyCommits && !hasGathered) {
      events.at(events.now + gatherMicros + this.#timers.draw(), this.#groupBegins, 1);
    } else {
      this.#createsInGroup = Math.min(this.#creating.size, commitsPerGroup);
      this.#isRelayInGroup = relayJobs === 1;
      this.#settleJobs = 0;
      events.at(this.#disk.end(0, events.now, this.#commits.draw()), this.#groupEnds);
    }
  }

  #endGroup(): void {
    const { events } = this.#parts;
    if (events.now < this.#heldUntil) {
      events.at(this.#heldUntil, this.#groupEnds);
      return;
    }
    for (let i = 0; i < this.#createsInGroup; i++) {
      this.#creating.shift();
      this.#unpublished.push(events.now, this.#creating.friends, 0);
    }
    this.#acknowledged += this.#createsInGroup;
    this.outbox.enter(events.now, this.#createsInGroup);
    if (this.#isRelayInGroup) this.#relayCommitted();
    if (this.#isRelayIdle) this.#readOutbox();
    this.#beginGroup(false);
  }

  #relayCommitted(): void {
    this.#isRelayInGroup = false;
    if (this.#relayJob === "mark") {
      this.#relayJob = "none";
      this.#isRelayIdle = true;
      return;
    }
    const { events, queue } = this.#parts;
    for (let i = 0; i < this.#publishing; i++) {
      this.#unpublished.shift();
      queue.push(this.#unpublished.at, this.#unpublished.friends, 0);
    }
    this.outbox.leave(events.now, this.#publishing);
    this.#relayJob = "mark";
    this.threads.serveAt(0, events.now, this.#publishing * this.#model.costs.post.deliver);
    queue.pump();
  }

  #readOutbox(): void {
    const count = Math.min(this.#unpublished.size, this.#model.settings.relay.batchItems);
    if (count === 0) return;
    this.#isRelayIdle = false;
    this.#publishing = count;
    const work = count * this.#model.costs.post.publish;
    const { events } = this.#parts;
    events.at(this.threads.serveAt(0, events.now, work), this.#published);
  }
}
