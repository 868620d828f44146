import { beforeEach, describe, expect, it } from "vitest";
import { FLEET, limit, ops, start } from "../../testing/fleet.ts";
import { NOTHING } from "../amounts.ts";
import { LimitBook } from "../limits/limit-book.ts";
import type { Coordinator, Remembered } from "./coordinator.ts";

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

describe("a limit that is lowered while a host is silent", () => {
  const lowered = (fleet: number) =>
    new LimitBook(2n, [limit("fleet", fleet), limit("fleet/*", 400, 1_000)]);

  /** What b and c have a lease after a fell silent and the fleet's limit was lowered from 1,200. */
  function share(fleet: number): number {
    const coordinator = start([limit("fleet", 1_200), limit("fleet/*", 400, 1_000)]);
    for (const host of ["a", "b", "c"]) granted(coordinator, host, 0, { wants: 900 });
    coordinator.setBook(lowered(fleet), 100);
    for (let nowMs = 100; nowMs <= 5_600; nowMs += 500) {
      for (const host of ["b", "c"]) granted(coordinator, host, nowMs, { wants: 900 });
    }
    return Number(had.get("b")) + Number(had.get("c"));
  }

  it("does not shut out those that hear of it, within one lease", () => {
    expect(share(10)).toBe(6);
    expect(share(399)).toBe(266);
  });

  it("leaves it its old safe share as long as that leaves anything", () => {
    expect(share(401)).toBe(1);
    expect(share(1_000)).toBe(600);
  });

  it("does not shut out the other holders of the same node, or of one whose parent was lowered", () => {
    for (const paths of [["fleet"], ["fleet", "fleet/x"]]) {
      const of = (fleet: number) => [
        limit("fleet", fleet),
        ...paths.slice(1).map((path) => limit(path, 900)),
      ];
      const coordinator = start(of(900));
      const path = paths[paths.length - 1];
      const ask = (holder: string, nowMs: number) => {
        const has = had.has(holder) ? ops(had.get(holder) ?? 0) : NOTHING;
        const asked = coordinator.ask(holder, { path, wants: ops(900), has, ageMs: 0 }, nowMs);
        if (asked.kind === "leased") had.set(holder, asked.lease.granted.ops);
      };
      had.clear();
      for (const holder of ["a", "b", "c"]) ask(holder, 0);
      coordinator.setBook(new LimitBook(2n, of(9)), 100);
      for (let nowMs = 100; nowMs <= 5_600; nowMs += 500) {
        for (const holder of ["b", "c"]) ask(holder, nowMs);
      }
      expect([had.get("b"), had.get("c")]).toEqual([3, 3]);
    }
  });
});

it("gives a host that comes back under its name its share at once", () => {
  const coordinator = start([limit("fleet", 1_000), limit("fleet/*", 500, 1_000)]);
  for (const host of ["a", "b"]) granted(coordinator, host, 0, { wants: 500 });
  const reborn = { path: "fleet/a", wants: ops(500), has: NOTHING, ageMs: undefined };
  expect(coordinator.ask("a", reborn, 100)).toMatchObject({ lease: { granted: ops(500) } });
  expect(coordinator.ask("a'", { ...reborn, path: "fleet/a'" }, 100)).toMatchObject({
    lease: { granted: ops(0) },
  });
});
