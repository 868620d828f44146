import {
  Coordinator,
  type Remembered,
} from "../../services/ratelimit/domain/leases/coordinator.ts";
import type { Ask, LeaseTimes } from "../../services/ratelimit/domain/leases/lease.ts";
import type { HolderOf } from "../../services/ratelimit/domain/leases/leased-node.ts";
import { type Limit, LimitBook } from "../../services/ratelimit/domain/limits/limit-book.ts";
import type { Grant } from "../../services/ratelimit/domain/local/lease-holder.ts";

/** The coordinator and its store; it can be lost, and the next one finds what was stored. */
export class SimCoordinator {
  readonly #times: LeaseTimes;
  readonly #remembered = new Map<string, Remembered>();
  #book: LimitBook;
  #coordinator: Coordinator | undefined;

  constructor(limits: readonly Limit[], times: LeaseTimes) {
    this.#times = times;
    this.#book = new LimitBook(1n, limits);
    this.#coordinator = this.#start(0, undefined);
  }

  get book(): LimitBook {
    return this.#book;
  }

  lose(): void {
    this.#coordinator = undefined;
  }

  comeBack(nowMs: number): void {
    this.#coordinator = this.#start(nowMs, [...this.#remembered.values()]);
  }

  change(limits: readonly Limit[], nowMs: number): void {
    this.#book = new LimitBook(this.#book.revision + 1n, limits);
    this.#coordinator?.setBook(this.#book, nowMs);
  }

  /** Who should ask at once, since this was last asked. */
  takeRecalls(): readonly HolderOf[] {
    return this.#coordinator?.takeRecalls() ?? [];
  }

  /** Undefined: there is none now. */
  ask(host: string, asks: readonly Ask[], nowMs: number): readonly Grant[] | undefined {
    const coordinator = this.#coordinator;
    if (!coordinator) return undefined;
    return asks.map((ask): Grant => {
      const path = this.#book.leasePoint(ask.path);
      if (path === undefined) return { kind: "no-limit" };
      const asked = coordinator.ask(host, { ...ask, path }, nowMs);
      if (asked.kind === "learning") return { kind: "learning", retryMs: asked.forMs };
      if (asked.kind === "no-limit") return asked;
      if (asked.remember) this.#remembered.set(`${path} ${host}`, asked.remember);
      return asked;
    });
  }

  #start(nowMs: number, remembered: readonly Remembered[] | undefined): Coordinator {
    return new Coordinator({ book: this.#book, times: this.#times, nowMs, remembered });
  }
}
