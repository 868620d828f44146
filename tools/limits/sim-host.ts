import type { Ask } from "../../services/ratelimit/domain/leases/lease.ts";
import type { LimitBook } from "../../services/ratelimit/domain/limits/limit-book.ts";
import type { LimitPath } from "../../services/ratelimit/domain/limits/path.ts";
import { type Grant, LeaseHolder } from "../../services/ratelimit/domain/local/lease-holder.ts";
import { LocalTree } from "../../services/ratelimit/domain/local/local-tree.ts";
import { SteadyTime } from "../../services/ratelimit/domain/local/steady-time.ts";
import { NO_NODE } from "../../services/ratelimit/domain/tree/htb-tree.ts";

/** Asks the coordinator. */
export type Send = (host: string, asks: readonly Ask[], answered: (answer: Answer) => void) => void;

export interface Answer {
  /** Undefined: none came in time. */
  readonly grants: readonly Grant[] | undefined;
  readonly book: LimitBook;
  readonly atMs: number;
}

const TICK_MS = 100;

/** One host with clocks of its own: the same domain code as a real holder of leases, without its I/O. */
export class SimHost {
  readonly name: string;
  wallOffsetMs = 0;
  monotonicOffsetMs = 0;
  readonly #time = new SteadyTime();
  readonly #tree: LocalTree;
  readonly #leases: LeaseHolder;
  readonly #send: Send;
  #nextTickMs: number;
  #isAsking = false;
  /** Something may be due before the next tick. */
  #isDue = false;
  readonly #recalled = new Set<LimitPath>();

  /** `phaseMs`: hosts do not tick at the same moment. */
  constructor(name: string, phaseMs: number, send: Send) {
    this.name = name;
    this.#send = send;
    this.#nextTickMs = phaseMs;
    this.#tree = new LocalTree(this.#time.at(0));
    this.#leases = new LeaseHolder(this.#tree);
  }

  /** The coordinator names leases to renew at once. */
  recall(path: LimitPath): void {
    this.#recalled.add(path);
    this.#isDue = true;
  }

  /** Lets the holder's loop run when it is due. */
  tick(nowMs: number): void {
    if (nowMs >= this.#nextTickMs) {
      this.#nextTickMs += TICK_MS;
      this.#leases.apply(this.#times(nowMs), this.#nowUs(nowMs));
      this.#isDue = true;
    }
    if (this.#isDue && !this.#isAsking) this.#ask(nowMs);
  }

  #ask(nowMs: number): void {
    this.#isDue = false;
    this.#leases.askSoon(this.#recalled);
    this.#recalled.clear();
    const asked = this.#times(nowMs);
    const asks = this.#leases.asksDue(asked);
    if (asks.length === 0) return;
    this.#isAsking = true;
    this.#send(this.name, asks, ({ grants, book, atMs }) => {
      this.#isAsking = false;
      if (!grants) return this.#leases.failed(asks, this.#times(atMs));
      const nowUs = this.#nowUs(atMs);
      if (book.revision !== this.#tree.book.revision) this.#leases.setBook(book, nowUs);
      this.#leases.answered(asks, grants, asked, nowUs);
      this.#isDue = true;
    });
  }

  /** One operation at the path: is it allowed? Without a lease nothing is. */
  take(path: string, nowMs: number): boolean {
    const nowUs = this.#nowUs(nowMs);
    const node = this.#tree.nodeOf(path, nowUs);
    if (node && node.index !== NO_NODE) return this.#tree.decide(node, 1, 0, nowUs) === 0;
    const { book } = this.#tree;
    this.#leases.seek(book.leasePoint(path) ?? path, this.#times(nowMs).monotonicMs);
    return false;
  }

  #times(nowMs: number) {
    return {
      monotonicMs: nowMs + this.monotonicOffsetMs,
      wallMs: nowMs + this.wallOffsetMs,
    };
  }

  #nowUs(nowMs: number): number {
    return this.#time.at((nowMs + this.monotonicOffsetMs) * 1_000);
  }
}
