import { BusyRate, loopBusyMs } from "./busy-rate.ts";
import { MethodTimes } from "./service-times.ts";

/** How a limit moves, in calls at a time. */
export interface GradientPolicy {
  readonly initial: number;
  /** Least of a server whose event loop has time to spare. */
  readonly min: number;
  /** Least of one that is busy all the time: what it does in so long, ms, and not fewer than `floor`. */
  readonly leastMs: number;
  readonly floor: number;
  /** Of one caller, at the least that it reads as fast as they come, a ms. */
  readonly leastRefusalsPerMs: number;
  readonly max: number;
  /** Calls may take so many times as long as with room before the limit shrinks. */
  readonly tolerance: number;
  /** From 0 to 1: how far one window moves the limit. */
  readonly smoothing: number;
  readonly windowMs: number;
  /** Between two looks, while the limit is met, at what calls take with room. */
  readonly probeEveryMs: number;
}

export const DEFAULT_GRADIENT: GradientPolicy = {
  initial: 200,
  // One connection has up to 100 calls at a time: alone, whatever its priority but the last two, it is never refused.
  min: 160,
  // A turn of the loop takes as long as what was let in for it: whoever comes meanwhile waits for one, and then for its own.
  leastMs: 100,
  floor: 16,
  // A third of what a process with a sixth of a core can refuse: five times what each of its own callers is ever refused.
  leastRefusalsPerMs: 0.5,
  max: 4_000,
  tolerance: 2,
  smoothing: 0.4,
  windowMs: 100,
  probeEveryMs: 30_000,
};

/** A loop that has calls to serve takes so long for a turn only when something stops it. */
const STALL_MS = 20;
/** Of what comes meanwhile on the mean: it comes at random, and each of two connections has four ninths of the room. */
const ROOM_AFTER_STALL = 1.5;
/** Half at most at a time, as published: one bad window is a pause of the collector. */
const LEAST_GRADIENT = 0.5;

/**
 * How many calls a server takes at a time, learnt from what they take: Netflix's Gradient2 (concurrency-limits),
 * with two changes. Times are compared within a method, so a shift of the mix is no strain. And what they are
 * compared with is the least window of the last minutes, not a long mean, which an overload that lasts moves up;
 * as in Envoy's adaptive concurrency, a server that stands at its limit makes room for one window now and then,
 * to see it.
 *
 * How few a server may hold at a time is a matter of time, too. Some 160 calls are 20 ms of one that has a core to
 * itself; one with a sixth of it takes 120 ms for them, all of which each of its callers waits for.
 */
export class GradientLimit {
  readonly #policy: GradientPolicy;
  readonly #methods: MethodTimes[] = [];
  readonly #rate: BusyRate;
  #limit: number;
  #windowEndsMs = -Infinity;
  #peak = 0;
  #wasMet = false;
  #probeAtMs = Infinity;
  #isProbing = false;
  /** Calls that have come while the loop stood still; for one window. */
  #afterStall = 0;

  constructor(policy: GradientPolicy = DEFAULT_GRADIENT, busyMs: () => number = loopBusyMs) {
    this.#policy = policy;
    this.#rate = new BusyRate(busyMs);
    this.#limit = policy.initial;
  }

  /** Calls at a time. Not whole: so that it can grow by less than one. */
  get calls(): number {
    return this.#isProbing ? this.#roomToSee() : Math.max(this.#limit, this.#afterStall);
  }

  /** The same for a caller who waits for nobody but itself: never less than one connection may bring. */
  get callsAlone(): number {
    return Math.max(this.calls, this.#policy.min);
  }

  /** What a call waits for that was begun so long ago is not this process: a store, or another service. */
  isElsewhere(startedMs: number, nowMs: number): boolean {
    return nowMs - startedMs >= this.#policy.windowMs && this.#rate.hasTimeToSpare;
  }

  /**
   * How often one caller may be refused, calls a ms: as often as the process ends one, for refusing costs a part of that;
   * undefined: as often as it likes, for there is time to spare.
   */
  get refusalsPerMs(): number | undefined {
    const { leastRefusalsPerMs } = this.#policy;
    return this.#rate.isBusy ? Math.max(leastRefusalsPerMs, this.#rate.in(1)) : undefined;
  }

  /** One a method: what its calls take is told to it. */
  method(): MethodTimes {
    const times = new MethodTimes();
    this.#methods.push(times);
    return times;
  }

  /** So many calls are here now. */
  holds(calls: number): void {
    if (calls > this.#peak) this.#peak = calls;
  }

  /** A call has ended. */
  ended(): void {
    this.#rate.ended();
  }

  /** A call was refused for the limit. */
  met(): void {
    this.#wasMet = true;
  }

  /** Moves the limit when a window is over; true then. */
  look(nowMs: number): boolean {
    if (nowMs < this.#windowEndsMs) return false;
    const { windowMs, probeEveryMs } = this.#policy;
    this.#seeStall(nowMs);
    const strain = this.#strain(nowMs);
    if (!this.#isProbing && strain !== undefined && this.#peak >= this.#limit / 2) {
      this.#move(strain);
    }
    this.#isProbing = nowMs >= this.#probeAtMs && this.#limit > this.#roomToSee();
    // Who refuses nobody has windows with room by itself.
    if (!this.#wasMet || this.#isProbing) this.#probeAtMs = Infinity;
    if (this.#wasMet && this.#probeAtMs === Infinity) this.#probeAtMs = nowMs + probeEveryMs;
    this.#wasMet = false;
    this.#peak = 0;
    this.#windowEndsMs = nowMs + windowMs;
    return true;
  }

  /**
   * A look comes late when the loop stood still, as for its collector: all that came meanwhile is there at once then,
   * and a server that has time to spare will have done it in as long. Refusing it would not make it quicker.
   */
  #seeStall(nowMs: number): void {
    const lateMs = nowMs - this.#windowEndsMs;
    const perMs = this.#rate.in(1);
    this.#rate.look(nowMs);
    const { busyLastMs, isBusy } = this.#rate;
    const stood = !isBusy && lateMs >= STALL_MS && busyLastMs >= STALL_MS;
    this.#afterStall = stood
      ? Math.min(this.#policy.max, ROOM_AFTER_STALL * perMs * busyLastMs)
      : 0;
  }

  /** How many times as long as with room calls took, over all methods; undefined: too few to say. */
  #strain(nowMs: number): number | undefined {
    let weight = 0;
    let sum = 0;
    for (const method of this.#methods) {
      const window = method.close(nowMs);
      if (!window) continue;
      weight += window.count;
      sum += window.count * window.strain;
    }
    return weight === 0 ? undefined : sum / weight;
  }

  #move(strain: number): void {
    const { tolerance, smoothing, max } = this.#policy;
    const gradient = Math.min(1, Math.max(LEAST_GRADIENT, tolerance / strain));
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    const next = this.#limit * (1 - smoothing) + wanted * smoothing;
    this.#limit = Math.min(max, Math.max(this.#least(), next));
  }

  #least(): number {
    const { min, floor, leastMs } = this.#policy;
    return this.#rate.isBusy ? Math.min(min, Math.max(floor, this.#rate.in(leastMs))) : min;
  }

  /** Calls at a time that a server has room for, whatever it is asked. */
  #roomToSee(): number {
    const { min, floor } = this.#policy;
    return this.#rate.isBusy ? floor : min;
  }
}
