import { DEFAULT_GRADIENT, GradientLimit, type GradientPolicy } from "./gradient-limit.ts";
import type { Holder } from "./holders.ts";
import { PRIORITIES, type Priority } from "./priority.ts";
import type { MethodTimes } from "./service-times.ts";

/** Why a call is not let in: the server is full for its priority, or its caller has its share. */
export type Refusal = "limit" | "share";

export interface AdmissionOptions {
  readonly policy?: GradientPolicy;
  /** How full the queues are that this server fills, from 0 to 1: they hold up whoever matters least. */
  readonly pressure?: (() => number) | undefined;
  /** How long this process has been busy so far, ms. */
  readonly busyMs?: (() => number) | undefined;
}

type Rooms = Readonly<Record<Priority, number>>;

/** How far below the limit each priority ends: what is kept for those above it. */
const KEPT: Rooms = {
  page: 0,
  live: 0.1,
  scroll: 0.2,
  fill: 0.35,
  rebuild: 0.5,
};
/** With full queues so many times as much is kept: nothing of it is left for fills and rebuilds. */
const KEPT_UNDER_PRESSURE = 3;

/**
 * Who is let in. Two rules, for every call alike, of calls that this process works at; what waits for a store or
 * another service is counted within its method:
 *
 * - Each priority has room up to its part of the limit, so what matters least is shed first.
 * - A holder may hold `share` times what of that room is free (the dynamic thresholds of Choudhury and Hahne,
 *   1998): alone nearly all of it, and less the more is asked for. Whoever holds nothing finds room as long
 *   as there is any.
 */
export class Admission {
  readonly limit: GradientLimit;
  readonly #pressure: (() => number) | undefined;
  #room: Rooms;
  #roomAlone: Rooms;
  #held = 0;
  #waiting = 0;

  constructor({ policy = DEFAULT_GRADIENT, pressure, busyMs }: AdmissionOptions = {}) {
    this.limit = new GradientLimit(policy, busyMs);
    this.#pressure = pressure;
    this.#room = this.#rooms(this.limit.calls);
    this.#roomAlone = this.#rooms(this.limit.callsAlone);
  }

  get held(): number {
    return this.#held + this.#waiting;
  }

  /** Calls that this priority may be among. */
  roomOf(priority: Priority): number {
    return this.#room[priority];
  }

  /** Why a call must not be begun; undefined: it may, and `enter` counts it. */
  refusal(
    priority: Priority,
    holders: readonly Holder[],
    method?: MethodTimes,
  ): Refusal | undefined {
    const free = this.#roomFor(priority, holders, method) - this.#heldFor(method);
    if (free < 1) {
      this.limit.met();
      return "limit";
    }
    for (const one of holders) if (one.heldFor(method) >= one.share * free) return "share";
    return undefined;
  }

  /**
   * Whoever holds all that is held waits for nobody but itself, and has what one connection may bring. Beside it
   * whoever has no more than its even part, as an address or as a user, comes in too: it is not refused for what
   * the other holds.
   */
  #roomFor(priority: Priority, holders: readonly Holder[], method?: MethodTimes): number {
    const [room, alone] = [this.#room[priority], this.#roomAlone[priority]];
    if (room === alone || holders.length === 0) return room;
    const held = this.#heldFor(method);
    const isFree = (one: Holder) =>
      one.heldFor(method) === held || one.isWithinEvenPart(room, method);
    return holders.some(isFree) ? alone : room;
  }

  /**
   * How long the connection is not to be read whose call is refused now, ms. Who is refused costs something too, and may
   * ask again at once: a process that is busy would do nothing but refuse.
   */
  heldUpMs(caller: Holder, nowMs: number): number {
    const perMs = this.limit.refusalsPerMs;
    return perMs === undefined ? 0 : caller.refused(nowMs, perMs);
  }

  enter(holders: readonly Holder[], method?: MethodTimes): void {
    this.#held++;
    this.limit.holds(this.#heldFor(method));
    for (const holder of holders) holder.take();
  }

  /** With what it took, ms, by the method's times; without where that says nothing of the server. */
  leave(holders: readonly Holder[], times?: MethodTimes, tookMs = 0): void {
    this.#held--;
    this.limit.ended();
    for (const holder of holders) holder.give();
    times?.add(tookMs);
  }

  /** A call that its caller gave up after so long, ms, and that was not answered. */
  giveUp(holders: readonly Holder[], times: MethodTimes, tookMs: number): void {
    this.leave(holders);
    times.addAtLeast(tookMs);
  }

  /**
   * A call gives its place to those of other methods: it waits for something else than this process. Its own method
   * has no more room for it, so what a store is asked for stays bounded.
   */
  wait(holders: readonly Holder[], method: MethodTimes): void {
    this.#held--;
    this.#waiting++;
    method.waiting++;
    for (const holder of holders) holder.wait(method);
  }

  /** It has what it waited for. */
  goOn(holders: readonly Holder[], method: MethodTimes): void {
    this.#held++;
    this.#waiting--;
    method.waiting--;
    for (const holder of holders) holder.goOn(method);
  }

  /** A call gives its place back until the rest of its request has come: `resume`; or never will: `abandon`. */
  suspend(holders: readonly Holder[]): void {
    this.#held--;
    for (const holder of holders) {
      holder.give();
      holder.awaited++;
    }
  }

  resume(holders: readonly Holder[], method?: MethodTimes): void {
    this.abandon(holders);
    this.enter(holders, method);
  }

  abandon(holders: readonly Holder[]): void {
    for (const holder of holders) holder.awaited--;
  }

  /** Moves the limit when it is time; true then. */
  look(nowMs: number): boolean {
    if (!this.limit.look(nowMs)) return false;
    this.#room = this.#rooms(this.limit.calls);
    this.#roomAlone = this.#rooms(this.limit.callsAlone);
    return true;
  }

  #heldFor(method: MethodTimes | undefined): number {
    return this.#held + (method?.waiting ?? 0);
  }

  #rooms(calls: number): Rooms {
    const pressure = Math.min(1, Math.max(0, this.#pressure?.() ?? 0));
    const kept = 1 + pressure * (KEPT_UNDER_PRESSURE - 1);
    const rooms = PRIORITIES.map((one) => [one, calls * Math.max(0, 1 - KEPT[one] * kept)]);
    return Object.fromEntries(rooms) as Rooms;
  }
}
