import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Amounts, NOTHING } from "../amounts.ts";
import { type Limit, LimitBook } from "../limits/limit-book.ts";
import { Coordinator, type Remembered } from "./coordinator.ts";
import { type Lease, type LeaseTimes, usable } from "./lease.ts";

const TIMES: LeaseTimes = { lengthMs: 5_000, refreshMs: 1_000, forgetMs: 60_000 };
const ops = (ops: number): Amounts => ({ ops, bytes: Infinity });

function limit(path: string, rate: number, ceiling = rate, more: object = {}): Limit {
  const limits = {
    rate: ops(rate),
    ceiling: ops(ceiling),
    burst: ops(100),
    boot: NOTHING,
    weight: 1,
    priority: 0,
    safe: ops(rate),
    ...more,
  };
  return { path, limits, leased: false, shadow: false };
}

const FLEET = [limit("fleet", 1_000), limit("fleet/*", 400, 1_000)];

function start(limits: readonly Limit[] = FLEET, remembered?: readonly Remembered[]) {
  const book = new LimitBook(1n, limits);
  return new Coordinator({ book, times: TIMES, nowMs: 0, remembered });
}

/** Asks as a holder that has `has`, by default what it was granted last, and gives what it is granted. */
function granted(
  coordinator: Coordinator,
  host: string,
  nowMs: number,
  { wants = 0, has = had.get(host) ?? 0 }: { wants?: number; has?: number } = {},
): number | string {
  const ask = {
    path: `fleet/${host}`,
    wants: ops(wants),
    has: has === 0 ? NOTHING : ops(has),
    ageMs: 0,
  };
  const asked = coordinator.ask(host, ask, nowMs);
  if (asked.kind !== "leased") return asked.kind;
  had.set(host, asked.lease.granted.ops);
  return asked.lease.granted.ops;
}

const had = new Map<string, number>();
beforeEach(() => had.clear());

describe("the coordinator", () => {
  it("lends what is not wanted, and takes it back when its holder asks next", () => {
    const coordinator = start();
    expect(granted(coordinator, "a", 0, { wants: 2_000 })).toBe(1_000);
    expect(granted(coordinator, "b", 100, { wants: 400 })).toBe(0);
    expect(granted(coordinator, "a", 1_000, { wants: 2_000 })).toBe(600);
    expect(granted(coordinator, "b", 1_050, { wants: 400 })).toBe(0);
    granted(coordinator, "a", 1_100, { wants: 2_000 });
    expect(granted(coordinator, "b", 2_050, { wants: 400 })).toBe(400);
  });

  it("recalls at once what others want back, and tells them when it is there", () => {
    const coordinator = start();
    granted(coordinator, "a", 0, { wants: 2_000 });
    expect(coordinator.takeRecalls()).toEqual([]);
    expect(granted(coordinator, "b", 100, { wants: 400 })).toBe(0);
    expect(coordinator.takeRecalls()).toEqual([{ path: "fleet/a", holder: "a" }]);
    expect(granted(coordinator, "a", 101, { wants: 2_000 })).toBe(600);
    // Only when it shows that it heard of the smaller lease is the rest another's.
    expect(coordinator.takeRecalls()).toEqual([]);
    expect(granted(coordinator, "a", 102, { wants: 2_000 })).toBe(600);
    expect(coordinator.takeRecalls()).toEqual([{ path: "fleet/b", holder: "b" }]);
    expect(granted(coordinator, "b", 103, { wants: 400 })).toBe(400);
    expect(coordinator.takeRecalls()).toEqual([]);
  });

  it("tells who waits when a holder leaves, and everybody when limits change", () => {
    const coordinator = start();
    granted(coordinator, "a", 0, { wants: 2_000 });
    granted(coordinator, "b", 100, { wants: 400 });
    coordinator.takeRecalls();
    coordinator.release("a", { path: "fleet/a", left: NOTHING, isWhole: false }, 200);
    expect(coordinator.takeRecalls()).toEqual([{ path: "fleet/b", holder: "b" }]);
    coordinator.setBook(new LimitBook(2n, FLEET), 300);
    expect(coordinator.takeRecalls()).toEqual([{ path: "fleet/b", holder: "b" }]);
  });

  it("gives idle holders what is assured them, and leaves the rest for who asks", () => {
    const coordinator = start();
    expect(granted(coordinator, "a", 0)).toBe(400);
    expect(granted(coordinator, "b", 0)).toBe(400);
    expect(granted(coordinator, "c", 0, { wants: 300 })).toBe(200);
  });

  it("slices one node among its holders, rate and burst and safe share", () => {
    const coordinator = start();
    const ask = { path: "fleet", wants: ops(600), has: NOTHING, ageMs: undefined };
    coordinator.ask("one", ask, 0);
    coordinator.ask("two", ask, 0);
    coordinator.ask("one", ask, 1_000);
    const slice = coordinator.ask("two", ask, 1_000);
    expect(slice).toMatchObject({
      lease: { granted: ops(500), burst: { ops: 50 }, safe: ops(500) },
    });
  });

  it("keeps the safe share of a holder that fell silent, until it is forgotten or has left", () => {
    const coordinator = start();
    granted(coordinator, "a", 0, { wants: 400 });
    granted(coordinator, "b", 0, { wants: 1_000 });
    expect(granted(coordinator, "b", 1_000, { wants: 1_000 })).toBe(600);
    expect(granted(coordinator, "b", 6_000, { wants: 1_000 })).toBe(600);
    expect(granted(coordinator, "b", 5_000 + 60_000, { wants: 1_000 })).toBe(1_000);
    granted(coordinator, "a", 66_000, { wants: 400 });
    granted(coordinator, "b", 66_000, { wants: 1_000 });
    coordinator.release("a", { path: "fleet/a", left: NOTHING, isWhole: false }, 66_100);
    expect(granted(coordinator, "b", 67_000, { wants: 1_000 })).toBe(1_000);
  });

  const remembered = ["a", "b", "d"].map((holder): Remembered => {
    return { path: `fleet/${holder}`, holder, safe: ops(0) };
  });

  it("learns after a restart: what holders have, nothing more, and nobody new", () => {
    const coordinator = start(FLEET, remembered);
    expect(granted(coordinator, "a", 10, { wants: 900, has: 600 })).toBe(600);
    expect(granted(coordinator, "b", 20, { wants: 900, has: 400 })).toBe(400);
    expect(granted(coordinator, "c", 30, { wants: 900 })).toBe("learning");
    expect(granted(coordinator, "a", 4_999, { wants: 900 })).toBe(600);
    expect(granted(coordinator, "b", 4_999, { wants: 900 })).toBe(400);
    expect(granted(coordinator, "a", 5_000, { wants: 900 })).toBe(500);
    expect(granted(coordinator, "a", 5_100, { wants: 900 })).toBe(500);
    expect(granted(coordinator, "b", 5_110, { wants: 900 })).toBe(500);
    expect(granted(coordinator, "c", 5_110)).toBe(0);
  });

  it("believes nobody who says that it has more than it may", () => {
    const leasedOf = (one: Coordinator, nowMs: number) => one.usage(nowMs).get("fleet")?.leased.ops;
    const coordinator = start();
    expect(granted(coordinator, "a", 0, { wants: 2_000 })).toBe(1_000);
    for (let nowMs = 100; nowMs < 400; nowMs += 100) {
      granted(coordinator, "liar", nowMs, { wants: 1_000, has: 1_000_000 });
      granted(coordinator, "a", nowMs, { wants: 1_000, has: 1_000_000 });
      expect(leasedOf(coordinator, nowMs)).toBeLessThanOrEqual(1_000);
    }
    const next = start(FLEET, remembered.slice(0, 1));
    expect(granted(next, "liar", 10, { has: 1_000_000 })).toBe("learning");
    expect(granted(next, "a", 20, { has: 1_000_000 })).toBe(400);
    expect(leasedOf(next, 20)).toBe(1_000);
  });

  it("has learnt as soon as it has heard of all it remembers", () => {
    const coordinator = start(FLEET, remembered.slice(0, 2));
    expect(granted(coordinator, "a", 10, { wants: 900, has: 600 })).toBe(600);
    expect(granted(coordinator, "c", 30, { wants: 900 })).toBe("learning");
    expect(granted(coordinator, "b", 40, { wants: 900 })).toBe(400);
    expect(start(FLEET, []).isLearning("fleet", 0)).toBe(false);
  });

  it("puts new limits in force when the holders ask next", () => {
    const coordinator = start();
    granted(coordinator, "a", 0, { wants: 900 });
    coordinator.setBook(new LimitBook(2n, [limit("fleet", 100), FLEET[1]]), 10);
    expect(granted(coordinator, "a", 1_000, { wants: 900 })).toBe(100);
    coordinator.setBook(new LimitBook(3n, []), 1_010);
    expect(granted(coordinator, "a", 2_000, { wants: 900 })).toBe("no-limit");
  });
});

/** A host that keeps the last lease it heard of. */
interface Host {
  lease: Lease | undefined;
  askedMs: number;
}

const ageOf = ({ askedMs }: Host, nowMs: number) => {
  return { monotonicMs: nowMs - askedMs, wallMs: nowMs - askedMs };
};

describe("the sum of what hosts may use", () => {
  const steps = fc.array(
    fc.record({
      host: fc.integer({ min: 0, max: 4 }),
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      wants: fc.integer({ min: 0, max: 2_000 }),
      what: fc.constantFrom("ask", "ask", "ask", "ask", "answer lost", "crash"),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it("never exceeds what there is: with lost answers, silent hosts and a crashing coordinator", () => {
    fc.assert(
      fc.property(steps, (history) => {
        // Five hosts are assured 200 each of 1,000: not oversold.
        const book = new LimitBook(1n, [limit("fleet", 1_000), limit("fleet/*", 200, 1_000)]);
        const store = new Map<string, Remembered>();
        const restart = (remembered: readonly Remembered[] | undefined) =>
          new Coordinator({ book, times: TIMES, nowMs, remembered });
        const hosts: Host[] = Array.from({ length: 5 }, () => ({ lease: undefined, askedMs: 0 }));
        let nowMs = 0;
        let coordinator = restart(undefined);
        const uses = (host: Host) =>
          host.lease ? usable(host.lease, ageOf(host, nowMs)) : NOTHING;
        for (const { host: i, afterMs, wants, what } of history) {
          nowMs += afterMs;
          const host = hosts[i];
          if (what === "crash") {
            coordinator = restart([...store.values()]);
            continue;
          }
          const ageMs = host.lease && nowMs - host.askedMs;
          const ask = { path: `fleet/${i}`, wants: ops(wants), has: uses(host), ageMs };
          const asked = coordinator.ask(`${i}`, ask, nowMs);
          if (asked.kind !== "leased") continue;
          if (asked.remember) store.set(`${i}`, asked.remember);
          if (what === "answer lost") continue;
          host.lease = asked.lease;
          host.askedMs = nowMs;
          const sum = hosts.reduce((total, one) => total + uses(one).ops, 0);
          expect(sum).toBeLessThanOrEqual(1_000);
        }
      }),
      { numRuns: 300 },
    );
  });
});
