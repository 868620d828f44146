import { beforeEach, describe, expect, it } from "vitest";
import { type Amounts, NOTHING } from "../amounts.ts";
import { Coordinator } from "../leases/coordinator.ts";
import { LEASE_TIMES, type Lease } from "../leases/lease.ts";
import { type Limit, LimitBook } from "../limits/limit-book.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { LocalTree } from "./local-tree.ts";
import { SteadyTime } from "./steady-time.ts";

const rate = (perSecond: number): Amounts => ({ ops: perSecond * 3_600, bytes: Infinity });
const limit = (path: string, perSecond: number, more: Partial<Limit> = {}): Limit => {
  const all = rate(perSecond);
  const burst = { ops: perSecond / 10, bytes: 1_000_000 };
  const limits = {
    rate: all,
    ceiling: all,
    burst,
    boot: NOTHING,
    weight: 1,
    priority: 0,
    safe: all,
  };
  return { path, limits, leased: false, shadow: false, ...more };
};
const BOOK = new LimitBook(1n, [
  limit("fleet", 1_000),
  limit("fleet/*", 500, { leased: true }),
  limit("fleet/*/*", 100),
]);

let nowMs: number;
let tree: LocalTree;
let holder: LeaseHolder;
let coordinator: Coordinator;
const times = () => ({ monotonicMs: nowMs, wallMs: nowMs });
const nowUs = () => nowMs * 1_000;

beforeEach(() => {
  nowMs = 1_000;
  tree = new LocalTree(nowUs());
  tree.setBook(BOOK, nowUs());
  holder = new LeaseHolder(tree);
  coordinator = new Coordinator({ book: BOOK, times: LEASE_TIMES, nowMs, remembered: undefined });
});

/** One round of asking; gives the leases that came. */
function renew(): readonly Lease[] {
  const asks = holder.asksDue(times());
  const grants = asks.map((ask) => {
    const path = BOOK.leasePoint(ask.path);
    if (path === undefined) return { kind: "no-limit" } as const;
    const asked = coordinator.ask("me", { ...ask, path }, nowMs);
    return asked.kind === "learning" ? { ...asked, retryMs: asked.forMs } : asked;
  });
  holder.answered(asks, grants, times(), nowUs());
  return grants.flatMap((grant) => (grant.kind === "leased" ? [grant.lease] : []));
}

function takeAll(path: string): number {
  const node = tree.nodeOf(path, nowUs());
  if (!node) return -1;
  let taken = 0;
  while (tree.decide(node, 1, 0, nowUs()) === 0) taken++;
  return taken;
}

describe("a holder of leases", () => {
  it("asks for the node where leases are handed out, and decides for all below", () => {
    expect(takeAll("fleet/h/v1")).toBe(-1);
    holder.seek("fleet/h/v1", nowMs);
    expect(renew()).toMatchObject([{ path: "fleet/h" }]);
    expect(takeAll("fleet/h/v1")).toBe(10);
    expect(takeAll("fleet/h/v2")).toBe(10);
    expect(tree.refusedBy).toBe("fleet/h/v2");
    expect(takeAll("fleet/h/v3/disk")).toBe(10);
  });

  it("asks one call a refresh, and at once when the lease is news too small", () => {
    holder.seek("fleet/h/v1", nowMs);
    renew();
    expect(renew()).toEqual([]);
    nowMs += 1_000;
    expect(renew()).toHaveLength(1);
    nowMs += 100;
    for (const vm of ["a", "b", "c", "d", "e", "f", "g", "h"]) takeAll(`fleet/h/${vm}`);
    expect(renew()).toHaveLength(1);
    nowMs += 100;
    for (const vm of ["a", "b", "c", "d", "e", "f", "g", "h"]) takeAll(`fleet/h/${vm}`);
    expect(renew()).toEqual([]);
  });

  it("asks for whole numbers, as what it wants fades", () => {
    holder.seek("fleet/h/v1", nowMs);
    renew();
    takeAll("fleet/h/v1");
    for (let i = 0; i < 20; i++) {
      nowMs += 1_003;
      const asks = holder.asksDue(times());
      expect(asks).toMatchObject([{ path: "fleet/h" }]);
      for (const { wants, has } of asks) {
        for (const amount of [wants.ops, wants.bytes, has.ops]) expect(amount % 1).toBe(0);
      }
      holder.failed(asks, times());
    }
  });

  it("falls to its safe share when nobody answers", () => {
    holder.seek("fleet/h/v1", nowMs);
    renew();
    coordinator.ask(
      "other",
      { path: "fleet/o", wants: rate(500), has: NOTHING, ageMs: undefined },
      nowMs,
    );
    nowMs += 20_000;
    const asks = holder.asksDue(times());
    expect(asks).toMatchObject([{ path: "fleet/h", has: rate(500) }]);
    holder.failed(asks, times());
    holder.apply(times(), nowUs());
    expect(takeAll("fleet/h/v1")).toBe(10);
    expect(holder.asksDue(times())).toEqual([]);
    nowMs += 1_000;
    expect(holder.asksDue(times())).toHaveLength(1);
  });

  it("forgets what nothing limits, and gives back what nobody uses", () => {
    expect(holder.knowsLimits).toBe(false);
    holder.seek("elsewhere", nowMs);
    expect(renew()).toEqual([]);
    expect(holder.knowsLimits).toBe(true);
    expect(holder.asksDue(times())).toEqual([]);
    holder.seek("fleet/h/v1", nowMs);
    renew();
    takeAll("fleet/h/v1");
    for (let i = 0; i < 70; i++) {
      nowMs += 1_000;
      renew();
    }
    tree.sweep(nowUs());
    expect(holder.letGo(nowMs, nowUs())).toMatchObject([
      { path: "fleet/h", left: { ops: 50 }, isWhole: true },
    ]);
    expect(tree.nodeCount).toBe(0);
  });
});

describe("steady time", () => {
  it("never goes back, and passes over what a clock jumps", () => {
    const time = new SteadyTime();
    expect(
      [5_000_000, 5_000_100, 4_000_000, 4_000_050, 9e12, 9e12 + 7.5].map((us) => time.at(us)),
    ).toEqual([0, 100, 100, 150, 150, 157]);
  });
});
