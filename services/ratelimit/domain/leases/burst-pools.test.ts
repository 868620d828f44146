import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTHING } from "../amounts.ts";
import { type Limit, LimitBook } from "../limits/limit-book.ts";
import { LeaseHolder } from "../local/lease-holder.ts";
import { LocalTree } from "../local/local-tree.ts";
import { Coordinator, type Remembered } from "./coordinator.ts";
import type { LeaseTimes } from "./lease.ts";

const TIMES: LeaseTimes = { lengthMs: 5_000, refreshMs: 1_000, forgetMs: 20_000 };
const RATE_A_SECOND = 2;
const BURST = 20;

function limit(path: string): Limit {
  const rate = { ops: RATE_A_SECOND * 3_600, bytes: Infinity };
  const burst = { ops: BURST, bytes: 1_000_000 };
  const limits = { rate, ceiling: rate, burst, boot: NOTHING, weight: 1, priority: 0, safe: rate };
  return { path, limits, leased: false, shadow: false };
}
const BOOK = new LimitBook(1n, [limit("q")]);

/** Processes that decide by leases of one node, and their coordinator. */
class World {
  nowMs = 1_000;
  readonly taken: { readonly ms: number; readonly ops: number }[] = [];
  readonly #holders = new Map<string, { tree: LocalTree; leases: LeaseHolder }>();
  readonly #store = new Map<string, Remembered>();
  #coordinator = this.#begin(undefined);

  restart(): void {
    this.#coordinator = this.#begin([...this.#store.values()]);
  }

  /** What is due is asked for, the holder being made when it is new. */
  renew(name: string, { isLost } = { isLost: false }): void {
    const holder = this.#holders.get(name) ?? this.#join(name);
    const { leases } = holder;
    leases.apply(this.#times, this.#nowUs);
    if (leases.held === 0) leases.seek("q", this.nowMs);
    const asked = this.#times;
    const asks = leases.asksDue(asked);
    const grants = asks.map((ask) => {
      const answer = this.#coordinator.ask(name, ask, this.nowMs);
      if (answer.kind === "learning") return { ...answer, retryMs: answer.forMs };
      if (answer.kind === "leased" && answer.remember) this.#store.set(name, answer.remember);
      return answer;
    });
    if (isLost) leases.failed(asks, asked);
    else leases.answered(asks, grants, asked, this.#nowUs);
  }

  /** All that is allowed at this moment. */
  drain(name: string): number {
    const holder = this.#holders.get(name);
    if (!holder) return 0;
    holder.leases.apply(this.#times, this.#nowUs);
    const node = holder.tree.nodeOf("q", this.#nowUs);
    let ops = 0;
    while (node && holder.tree.decide(node, 1, 0, this.#nowUs) === 0) ops++;
    this.taken.push({ ms: this.nowMs, ops });
    return ops;
  }

  /** `isHeard` false: it dies. */
  leave(name: string, isHeard: boolean): void {
    const holder = this.#holders.get(name);
    this.#holders.delete(name);
    if (!holder || !isHeard) return;
    for (const released of holder.leases.letGo(this.nowMs, this.#nowUs, true)) {
      this.#coordinator.release(name, released, this.nowMs);
      this.#store.delete(name);
    }
  }

  /** The most that was allowed beyond the rate in any window. */
  get mostAtOnce(): number {
    let most = 0;
    for (let from = 0; from < this.taken.length; from++) {
      let ops = 0;
      for (const one of this.taken.slice(from)) {
        ops += one.ops;
        const seconds = (one.ms - this.taken[from].ms) / 1_000;
        most = Math.max(most, ops - RATE_A_SECOND * seconds);
      }
    }
    return most;
  }

  #join(name: string) {
    const tree = new LocalTree(this.#nowUs);
    tree.setBook(BOOK, this.#nowUs);
    const holder = { tree, leases: new LeaseHolder(tree) };
    this.#holders.set(name, holder);
    return holder;
  }

  #begin(remembered: readonly Remembered[] | undefined): Coordinator {
    return new Coordinator({ book: BOOK, times: TIMES, nowMs: this.nowMs, remembered });
  }

  get #times() {
    return { monotonicMs: this.nowMs, wallMs: this.nowMs };
  }

  get #nowUs(): number {
    return this.nowMs * 1_000;
  }
}

describe("the burst of a node", () => {
  it("is there once, however many holders come", () => {
    const world = new World();
    let sum = 0;
    for (let i = 0; i < 30; i++) {
      world.renew(`h${i}`);
      sum += world.drain(`h${i}`);
    }
    expect(sum).toBe(BURST);
  });

  it.each([true, false])(
    "is not there again for a holder that comes back (in order: %s)",
    (heard) => {
      const world = new World();
      let sum = 0;
      for (let i = 0; i < 10; i++) {
        world.renew("same");
        sum += world.drain("same");
        world.leave("same", heard);
      }
      expect(sum).toBe(BURST);
    },
  );

  it("comes back with a holder that leaves it unused", () => {
    const world = new World();
    world.renew("a");
    world.leave("a", true);
    world.renew("b");
    expect(world.drain("b")).toBe(BURST);
  });

  it("is shared with a holder that comes while it is unused", () => {
    const world = new World();
    world.renew("a");
    for (const name of ["b", "a", "a", "b"]) {
      world.nowMs += 1_000;
      world.renew(name);
    }
    const shares = [world.drain("a"), world.drain("b")];
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(BURST / 2 - 1);
    expect(world.mostAtOnce).toBeLessThanOrEqual(BURST);
  });

  it("begins empty after a restart, and fills by the rate", () => {
    const world = new World();
    world.renew("a");
    world.drain("a");
    world.leave("a", false);
    world.restart();
    world.renew("a");
    expect(world.drain("a")).toBe(0);
    world.nowMs += 1_000;
    expect(world.drain("a")).toBe(RATE_A_SECOND);
    expect(world.mostAtOnce).toBeLessThanOrEqual(BURST);
  });

  const steps = fc.array(
    fc.record({
      name: fc.constantFrom("a", "b", "c", "d"),
      afterMs: fc.integer({ min: 0, max: 2_000 }),
      what: fc.constantFrom("renew", "renew", "drain", "drain", "lost", "leave", "die", "restart"),
    }),
    { minLength: 1, maxLength: 80 },
  );

  it("is never passed in any window but by one request a holder", () => {
    fc.assert(
      fc.property(steps, (history) => {
        const world = new World();
        for (const { name, afterMs, what } of history) {
          world.nowMs += afterMs;
          if (what === "renew" || what === "lost") world.renew(name, { isLost: what === "lost" });
          if (what === "drain") world.drain(name);
          if (what === "leave" || what === "die") world.leave(name, what === "leave");
          if (what === "restart") world.restart();
        }
        expect(world.mostAtOnce).toBeLessThanOrEqual(BURST + 4);
      }),
      { numRuns: 300 },
    );
  });
});
