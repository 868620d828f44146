import type { MethodTimes } from "./service-times.ts";

/** What one is refused in so long may come at once, ms: at the least the 100 calls that one connection may bring. */
const REFUSED_AT_ONCE_MS = 200;
/** Who is refused again and again owes no more than so long, ms. */
const MOST_OWED_MS = 1_000;

/** One who has calls in a server: an instance of a service, an address, a user. */
export class Holder {
  /** How many times what is free now it may hold. */
  readonly share: number;
  /** Calls that were let in, and hold nothing until the rest of their request has come, or what they wait for. */
  awaited = 0;
  readonly #all: Holders;
  #held = 0;
  #refusedUntilMs = Number.NEGATIVE_INFINITY;
  /** Of its calls that wait for something else than the server, how many of each method. */
  readonly #waiting = new Map<MethodTimes, number>();

  constructor(share: number, all: Holders) {
    this.share = share;
    this.#all = all;
  }

  get held(): number {
    return this.#held;
  }

  /** What counts against it when it calls this method: of what waits, the same method's alone. */
  heldFor(method: MethodTimes | undefined): number {
    return this.#held + ((method && this.#waiting.get(method)) ?? 0);
  }

  /** A call of it waits for something else than the server. */
  wait(method: MethodTimes): void {
    this.give();
    this.awaited++;
    this.#waiting.set(method, (this.#waiting.get(method) ?? 0) + 1);
  }

  /** A call that waited does no more. */
  goOn(method: MethodTimes): void {
    const left = (this.#waiting.get(method) ?? 0) - 1;
    if (left > 0) this.#waiting.set(method, left);
    else this.#waiting.delete(method);
    this.awaited--;
    this.take();
  }

  /** Refused once more, of so many a ms: for how long it is to ask nothing more, ms. */
  refused(nowMs: number, perMs: number): number {
    const fromMs = Math.max(this.#refusedUntilMs, nowMs);
    const untilMs = Math.min(fromMs + 1 / perMs, nowMs + REFUSED_AT_ONCE_MS + MOST_OWED_MS);
    this.#refusedUntilMs = untilMs;
    return Math.max(0, untilMs - nowMs - REFUSED_AT_ONCE_MS);
  }

  isIdle(nowMs: number): boolean {
    return this.#held + this.awaited === 0 && this.#refusedUntilMs <= nowMs;
  }

  take(): void {
    if (this.#held++ === 0) this.#all.holding++;
  }

  give(): void {
    if (--this.#held === 0) this.#all.holding--;
  }

  /** With one more no more than each of its kind would have of `calls`, if all had as many. */
  isWithinEvenPart(calls: number, method?: MethodTimes): boolean {
    const isNew = this.#held === 0;
    return (this.heldFor(method) + 1) * (this.#all.holding + (isNew ? 1 : 0)) <= calls;
  }
}

/** Those who hold something or will, or were refused in the last second, by key: nobody else is remembered. */
export class Holders {
  readonly #share: number;
  readonly #holders = new Map<string, Holder>();
  /** How many hold something now. */
  holding = 0;

  constructor(share: number) {
    this.#share = share;
  }

  get size(): number {
    return this.#holders.size;
  }

  /** Of this turn only: who has no call here is forgotten. */
  of(key: string): Holder {
    const known = this.#holders.get(key);
    if (known) return known;
    const holder = new Holder(this.#share, this);
    this.#holders.set(key, holder);
    return holder;
  }

  /** One who has no call here: whoever it will turn out to be has no more room than that one. */
  stranger(): Holder {
    return new Holder(this.#share, this);
  }

  /** Now and then. */
  forgetIdle(nowMs: number): void {
    for (const [key, holder] of this.#holders) {
      if (holder.isIdle(nowMs)) this.#holders.delete(key);
    }
  }
}
