import type { Span } from "../kernel/arrivals.ts";
import { Random } from "../kernel/random.ts";
import { Sampler } from "../kernel/sampler.ts";
import { backoffMicros } from "./backoff.ts";
import type { Owners } from "./owners/owners.ts";
import { STREAM } from "./streams.ts";
import type { WorkerLoss } from "./workers/worker-loss.ts";
import type { WorkerParts } from "./workers/worker-parts.ts";

/** Something that is away for a while. */
export interface Outage {
  /** `broker`: on the embedded engine the post process, which has the queues. */
  readonly what: "broker" | "worker" | "owner";
  /** Which worker or owner, from 0. */
  readonly index?: number;
  /**
   * `kill`: connections are lost, and what was in hand is delivered again. `pause`: it stands
   * still and goes on. Standard: kill for RabbitMQ, pause for all else; owners and the post
   * process only pause.
   */
  readonly how?: "kill" | "pause";
  /** Of the day, as the simulation's own `fromSecond`. */
  readonly fromSecond: number;
  readonly seconds: number;
}

const SECOND = 1e6;
const DAY = 86_400 * SECOND;

/** What goes wrong: by plan, and workers that die at random. */
export class Faults {
  deaths = 0;
  readonly #parts: WorkerParts;
  readonly #owners: Owners;
  readonly #loss: WorkerLoss;
  readonly #backoff: Random;
  readonly #joins: number;

  constructor(parts: WorkerParts, owners: Owners, loss: WorkerLoss) {
    const { events, queues, seed } = parts;
    this.#parts = parts;
    this.#owners = owners;
    this.#loss = loss;
    this.#backoff = new Random(seed, STREAM.busBackoff);
    this.#joins = events.kind((worker) => {
      queues.posts.join(worker);
      queues.chunks.join(worker);
    });
  }

  /** Before the run begins. */
  plan(outages: readonly Outage[], span: Span): void {
    const { events } = this.#parts;
    for (const outage of outages) {
      const begin = events.kind(() => this.#begin(outage));
      events.at(outage.fromSecond * SECOND, begin);
    }
    this.#planDeaths(span);
  }

  #planDeaths({ fromMicros, untilMicros }: Span): void {
    const { events, threads, model, seed } = this.#parts;
    const { workerDeathsADay, workerRestartMs } = model.faults;
    if (workerDeathsADay === 0) return;
    const mean = DAY / workerDeathsADay;
    const gaps = new Sampler({ kind: "exponential", mean }, new Random(seed, STREAM.deaths));
    const dies = events.kind((worker) => this.#kill(worker, workerRestartMs * 1_000));
    for (let worker = 0; worker < threads.count; worker++) {
      for (let at = fromMicros + gaps.draw(); at < untilMicros; at += gaps.draw()) {
        events.at(at, dies, worker);
      }
    }
  }

  #begin({ what, index = 0, how, seconds }: Outage): void {
    const { events, model, threads } = this.#parts;
    const until = events.now + seconds * SECOND;
    if (what === "owner") this.#owners.threads.holdUntil(index, until);
    else if (what === "worker" && how === "kill") this.#kill(index, seconds * SECOND);
    else if (what === "worker") threads.holdUntil(index, until);
    else if (model.engine === "cql" && how !== "pause") this.#killBroker(until);
    else this.#pauseBroker(until);
  }

  #kill(worker: number, forMicros: number): void {
    const { events, threads } = this.#parts;
    this.deaths++;
    this.#loss.die(worker);
    threads.holdUntil(worker, events.now + forMicros);
    events.at(events.now + forMicros, this.#joins, worker);
  }

  #killBroker(until: number): void {
    const { events, queues, threads, model } = this.#parts;
    const { backoffMaxMs } = model.settings.relay;
    for (const queue of [queues.posts, queues.chunks]) queue.isDown = true;
    this.#loss.loseBus();
    const isBack = events.kind(() => {
      for (const queue of [queues.posts, queues.chunks]) queue.isDown = false;
    });
    events.at(until, isBack);
    for (let worker = 0; worker < threads.count; worker++) {
      // Their last try before was at a random time of the longest back-off.
      const wait =
        this.#backoff.unit() * backoffMicros(30, backoffMaxMs, backoffMaxMs, this.#backoff);
      events.at(until + wait, this.#joins, worker);
    }
  }

  #pauseBroker(until: number): void {
    const { events, queues, posts } = this.#parts;
    const both = [queues.posts, queues.chunks];
    for (const queue of both) queue.isPaused = true;
    posts.hold(until);
    const goesOn = events.kind(() => {
      for (const queue of both) {
        queue.isPaused = false;
        queue.pump();
      }
    });
    events.at(until, goesOn);
  }
}
