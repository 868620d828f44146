import { Random } from "../../kernel/random.ts";
import { Sampler } from "../../kernel/sampler.ts";
import { backoffMicros } from "../backoff.ts";
import { UNDER_WAY } from "../bundles.ts";
import { STREAM } from "../streams.ts";
import type { AppendParts } from "./append-parts.ts";
import { Calls } from "./calls.ts";
import { type OnTaken, WaitingParts } from "./waiting-parts.ts";

export interface LaneSettings {
  readonly callsInFlight: number;
  /** Least time between two calls, unless one is full. */
  readonly spacingMs: number;
  /** Random streams: 0 for posts, 1 for chunks. */
  readonly stream: 0 | 1;
}

/**
 * Each worker's way to each owner (services/fanout/stages/lane.ts): so many calls in flight, so far
 * apart, and what comes meanwhile waits and shares the next one. A target that does not answer in
 * time stops its lane: one call at a time probes it, after a back-off. All lanes of a worker are
 * looked at in one event, as they run on one event loop, and their calls leave together at the end
 * of its turn.
 */
export class Lanes {
  faults = 0;
  /** us from sending to answer, of all calls together. */
  callMicros = 0;
  readonly #parts: AppendParts;
  readonly #owners: number;
  readonly #callsInFlight: number;
  readonly #spacing: number;
  readonly #entriesPerCall: number;
  readonly #postsPerCall: number;
  readonly #waiting: WaitingParts;
  /** By lane and call: when it is answered. */
  readonly #answers: Float64Array;
  /** By lane: since when it may call again, and when its timer says so. */
  readonly #restedAt: Float64Array;
  readonly #timerAt: Float64Array;
  readonly #pausedUntil: Float64Array;
  readonly #failures: Int32Array;
  /** When a worker's lanes are looked at next; plans for later are void. */
  readonly #dueAt: Float64Array;
  readonly #due: number;
  readonly #backoff: Random;
  readonly #timers: Sampler;
  /** The calls of a turn, and when they are answered. */
  readonly #calls: Calls;
  readonly #answeredAt: Float64Array;
  readonly #onTaken: OnTaken;

  constructor(parts: AppendParts, { callsInFlight, spacingMs, stream }: LaneSettings) {
    const { bundles, owners, threads, events, seed, model } = parts;
    const count = owners.shares.owners;
    const lanes = threads.count * count;
    this.#parts = parts;
    this.#owners = count;
    this.#callsInFlight = callsInFlight;
    this.#spacing = spacingMs * 1_000;
    this.#entriesPerCall = model.settings.fanout.entriesPerCall;
    this.#postsPerCall = model.settings.fanout.postsPerCall;
    this.#waiting = new WaitingParts(bundles, count, lanes);
    this.#answers = new Float64Array(lanes * callsInFlight);
    this.#restedAt = new Float64Array(lanes);
    this.#timerAt = new Float64Array(lanes);
    this.#pausedUntil = new Float64Array(lanes);
    this.#failures = new Int32Array(lanes);
    this.#dueAt = new Float64Array(threads.count).fill(Number.POSITIVE_INFINITY);
    this.#backoff = new Random(seed, STREAM.laneBackoff + stream);
    const timers = new Random(seed, STREAM.laneTimers + stream);
    this.#timers = new Sampler(model.delays.timer, timers);
    this.#calls = new Calls(count);
    this.#answeredAt = new Float64Array(count);
    this.#onTaken = this.#answered.bind(this);
    this.#due = events.kind((worker) => {
      if (this.#dueAt[worker] !== events.now) return;
      this.#dueAt[worker] = Number.POSITIVE_INFINITY;
      this.#call(worker);
    });
  }

  /** Calls that are not answered yet, of all lanes. */
  inFlight(): number {
    const { now } = this.#parts.events;
    return this.#answers.reduce((sum, answer) => sum + (answer > now ? 1 : 0), 0);
  }

  /** A bundle's posts and entries, by owner: what can goes now. */
  send(bundle: number, pieces: Float64Array, entries: Float64Array): void {
    const worker = this.#parts.bundles.worker[bundle];
    const { now } = this.#parts.events;
    const waiting = this.#waiting;
    let lane = worker * this.#owners;
    let next = Number.POSITIVE_INFINITY;
    for (let owner = 0; owner < pieces.length; owner++, lane++) {
      if (pieces[owner] === 0) continue;
      // What has waited there is planned for; it may be that now it is full.
      const isPlanned = !waiting.isEmpty(lane);
      waiting.add(lane, owner, bundle, pieces[owner], entries[owner]);
      if (isPlanned && !this.#isFull(lane)) continue;
      const at = this.#readyAt(lane);
      if (at < next) next = at;
    }
    if (next <= now) this.#call(worker);
    else this.#lookAt(worker, next);
  }

  /** Forgets what waits and what is in flight: the worker is dead. */
  clear(worker: number): void {
    for (let lane = worker * this.#owners; lane < (worker + 1) * this.#owners; lane++) {
      this.#waiting.clear(lane);
      this.#failures[lane] = 0;
      this.#pausedUntil[lane] = 0;
      this.#answers.fill(0, lane * this.#callsInFlight, (lane + 1) * this.#callsInFlight);
    }
  }

  #isFull(lane: number): boolean {
    const { entries, pieces } = this.#waiting;
    return entries[lane] >= this.#entriesPerCall || pieces[lane] >= this.#postsPerCall;
  }

  /** When a lane in which something waits may call. */
  #readyAt(lane: number): number {
    const first = lane * this.#callsInFlight;
    const isFailing = this.#failures[lane] > 0;
    let at = this.#answers[first];
    for (let place = first + 1; place < first + this.#callsInFlight; place++) {
      const answer = this.#answers[place];
      // A probe goes when all calls have come back.
      if (isFailing ? answer > at : answer < at) at = answer;
    }
    if (this.#pausedUntil[lane] > at) at = this.#pausedUntil[lane];
    const isResting = this.#restedAt[lane] > this.#parts.events.now && !this.#isFull(lane);
    return isResting && this.#timerAt[lane] > at ? this.#timerAt[lane] : at;
  }

  #lookAt(worker: number, at: number): void {
    if (at >= this.#dueAt[worker]) return;
    this.#dueAt[worker] = at;
    this.#parts.events.at(at, this.#due, worker);
  }

  /**
   * One call on each of the worker's lanes that may, when its thread is free; and a plan for the
   * others.
   */
  #call(worker: number): void {
    const { events, threads, model } = this.#parts;
    const free = threads.freeAt(worker);
    if (free > events.now) {
      this.#lookAt(worker, free);
      return;
    }
    const waiting = this.#waiting;
    const calls = this.#calls;
    let next = Number.POSITIVE_INFINITY;
    calls.count = 0;
    for (let owner = 0; owner < this.#owners; owner++) {
      const lane = worker * this.#owners + owner;
      if (waiting.isEmpty(lane)) continue;
      const at = this.#readyAt(lane);
      if (at <= events.now) waiting.measure(lane, calls, model.settings.fanout);
      else if (at < next) next = at;
    }
    this.#depart(worker);
    for (let i = 0; i < calls.count; i++) {
      const lane = worker * this.#owners + calls.owner[i];
      if (waiting.isEmpty(lane)) continue;
      const at = this.#readyAt(lane);
      if (at < next) next = at;
    }
    if (next < Number.POSITIVE_INFINITY) this.#lookAt(worker, Math.max(next, events.now));
  }

  #depart(worker: number): void {
    const { events, threads, owners, hop, model } = this.#parts;
    const calls = this.#calls;
    const work = calls.count * model.costs.fanout.appendCall;
    const leaveAt = threads.serveAt(worker, events.now, work);
    for (let i = 0; i < calls.count; i++) {
      const way = hop.draw();
      this.#answeredAt[i] = way;
      calls.at[i] = leaveAt + way;
    }
    owners.append(calls);
    const rested = events.now + this.#spacing;
    const timer = this.#spacing === 0 ? rested : rested + this.#timers.draw();
    for (let i = 0; i < calls.count; i++) {
      const lane = worker * this.#owners + calls.owner[i];
      if (calls.readable[i] === Number.POSITIVE_INFINITY) {
        this.#fault(lane);
        continue;
      }
      this.#answeredAt[i] += calls.readable[i];
      this.#restedAt[lane] = rested;
      this.#timerAt[lane] = timer;
      this.#sent(lane, this.#answeredAt[i]);
      this.#waiting.take(lane, calls, i, this.#onTaken);
    }
  }

  #sent(lane: number, answeredAt: number): void {
    const { now } = this.#parts.events;
    let place = lane * this.#callsInFlight;
    while (this.#answers[place] > now) place++;
    this.#answers[place] = answeredAt;
    this.#failures[lane] = 0;
    this.callMicros += answeredAt - now;
  }

  /** The owner did not begin the call in time; the call stood in the lane until its deadline. */
  #fault(lane: number): void {
    const { events, model } = this.#parts;
    const { callTimeoutMs, backoffFirstMs, backoffMaxMs } = model.settings.fanout;
    const failures = ++this.#failures[lane];
    const wait = backoffMicros(failures, backoffFirstMs, backoffMaxMs, this.#backoff);
    this.faults++;
    this.#pausedUntil[lane] = events.now + callTimeoutMs * 1_000 + wait;
  }

  /**
   * Messages of a bundle went in call `i`. When all have, the acks are on their way once all are
   * answered.
   */
  #answered(i: number, bundle: number, first: number, count: number, isRest: boolean): void {
    const { bundles, recorder, events, hop, done } = this.#parts;
    const owner = this.#calls.owner[i];
    const readable = this.#calls.readable[i];
    for (let place = first; place < first + count; place++) {
      if (bundles.messageOwner[place] === owner) recorder.record(place, readable);
    }
    if (this.#answeredAt[i] > bundles.doneAt[bundle]) {
      bundles.doneAt[bundle] = this.#answeredAt[i];
    }
    bundles.isClosed[bundle] = 1;
    if (!isRest || --bundles.openParts[bundle] > 0) return;
    bundles.state[bundle] = UNDER_WAY;
    events.at(bundles.doneAt[bundle] + hop.draw(), done, bundle);
  }
}
