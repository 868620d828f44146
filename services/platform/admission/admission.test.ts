import { describe, expect, it } from "vitest";
import { Admission } from "./admission.ts";
import { DEFAULT_GRADIENT } from "./gradient-limit.ts";
import { Holders } from "./holders.ts";
import { PRIORITIES, type Priority, priorityOf } from "./priority.ts";

const LIMIT = 100;
const policy = { ...DEFAULT_GRADIENT, initial: LIMIT, min: LIMIT };
const NOBODY = [] as const;
const NOW_MS = 10_000;

/** Lets in calls until one is refused. */
function fill(admission: Admission, priority: Priority, holders = NOBODY): number {
  let count = 0;
  while (!admission.refusal(priority, holders)) {
    admission.enter(holders);
    count++;
  }
  return count;
}

describe("priorities", () => {
  it("end one after the other, the least first", () => {
    const admission = new Admission({ policy });
    const counts = PRIORITIES.toReversed().map((priority) => fill(admission, priority));
    expect(counts).toEqual([50, 15, 15, 10, 10]);
    expect(PRIORITIES.map((priority) => admission.refusal(priority, NOBODY))).toEqual(
      PRIORITIES.map(() => "limit"),
    );
  });

  it("give a first page room that nothing else has taken", () => {
    const admission = new Admission({ policy });
    fill(admission, "live");
    expect(admission.refusal("scroll", NOBODY)).toBe("limit");
    expect(admission.refusal("page", NOBODY)).toBeUndefined();
  });

  it("of calls that say none, or nonsense, are in the middle", () => {
    for (const sent of [undefined, "", "PAGE", ["page"], "toString"]) {
      expect(priorityOf(sent)).toBe("scroll");
    }
    expect(priorityOf("rebuild")).toBe("rebuild");
  });
});

describe("a caller who is refused and asks again at once", () => {
  const refusedFor = (admission: Admission, holders: Holders, times: number) =>
    Array.from({ length: times }, () => admission.heldUpMs(holders.of("a"), NOW_MS)).at(-1);
  const busy = () => {
    let busyMs = 0;
    const admission = new Admission({ busyMs: () => busyMs });
    for (let nowMs = 0; nowMs <= NOW_MS; nowMs += 100) {
      for (let call = 0; call < 100; call++) admission.limit.ended();
      admission.look(nowMs);
      busyMs += 100;
    }
    return admission;
  };

  it("is held up by a process that is busy, for as long as it ends as many calls", () => {
    const [admission, holders] = [busy(), new Holders(4)];
    expect(refusedFor(admission, holders, 199)).toBe(0);
    // 1,000 calls a second.
    expect(refusedFor(admission, holders, 201)).toBeCloseTo(200, 0);
    expect(refusedFor(admission, holders, 10_000)).toBe(1_000);
    expect(admission.heldUpMs(holders.of("b"), NOW_MS)).toBe(0);
  });

  it("is remembered until it has paid", () => {
    const [admission, holders] = [busy(), new Holders(4)];
    refusedFor(admission, holders, 10_000);
    holders.forgetIdle(NOW_MS + 1_000);
    expect(holders.size).toBe(1);
    expect(admission.heldUpMs(holders.of("a"), NOW_MS + 1_000)).toBeGreaterThan(0);
    holders.forgetIdle(NOW_MS + 3_000);
    expect(holders.size).toBe(0);
  });

  it("is not held up by one that has time to spare", () => {
    const admission = new Admission({ busyMs: () => 0 });
    for (let nowMs = 0; nowMs <= NOW_MS; nowMs += 100) admission.look(nowMs);
    expect(refusedFor(admission, new Holders(4), 10_000)).toBe(0);
  });
});

describe("queues that fill up", () => {
  it("hold up who matters least, and no first page", () => {
    let pressure = 0;
    const admission = new Admission({ policy, pressure: () => pressure, busyMs: () => 0 });
    const rooms = () => PRIORITIES.map((priority) => Math.round(admission.roomOf(priority)));
    let nowMs = 0;
    const at = (full: number) => {
      pressure = full;
      nowMs += policy.windowMs;
      admission.look(nowMs);
      return rooms();
    };
    expect(at(0)).toEqual([100, 90, 80, 65, 50]);
    expect(at(0.5)).toEqual([100, 80, 60, 30, 0]);
    expect(at(1)).toEqual([100, 70, 40, 0, 0]);
    expect(at(7)).toEqual(at(1));
    expect(at(0)).toEqual([100, 90, 80, 65, 50]);
  });
});

describe("calls that wait for a store", () => {
  const setUp = () => {
    const admission = new Admission({ policy, busyMs: () => 0 });
    const [writes, reads] = [admission.limit.method(), admission.limit.method()];
    const caller = [new Holders(4).of("a")];
    const write = () => admission.refusal("page", caller, writes);
    let count = 0;
    for (; !write(); count++) admission.enter(caller, writes);
    return { admission, writes, reads, caller, write, count };
  };

  it("leave their places to other methods, whoever called, and none to their own", () => {
    const { admission, writes, reads, caller, write, count } = setUp();
    expect(admission.refusal("scroll", caller, reads)).toBe("limit");
    for (let i = 0; i < count; i++) admission.wait(caller, writes);
    expect(write()).toBe("share");
    expect(admission.refusal("page", [], writes)).toBeUndefined();
    expect(admission.refusal("rebuild", caller, reads)).toBeUndefined();
    expect(admission.held).toBe(count);
    for (let i = 0; i < count; i++) {
      admission.goOn(caller, writes);
      admission.leave(caller, writes, 1);
    }
    expect([admission.held, caller[0].awaited, writes.waiting]).toEqual([0, 0, 0]);
    expect(write()).toBeUndefined();
  });

  it("are told from those that wait for the process by the time that its loop had to spare", () => {
    let busyMs = 0;
    const { limit } = new Admission({ policy, busyMs: () => busyMs });
    const isElsewhere = (window: number) => {
      limit.look(window * policy.windowMs);
      return [0.5, 1].map((old) =>
        limit.isElsewhere((window - old) * policy.windowMs, window * policy.windowMs),
      );
    };
    isElsewhere(1);
    expect(isElsewhere(2)).toEqual([false, true]);
    busyMs += policy.windowMs * 0.6;
    expect(isElsewhere(3)).toEqual([false, false]);
  });
});

/** Of a server that is busy all the time, and does 200 calls a second. */
function busyAdmission(): Admission {
  const { windowMs, min } = DEFAULT_GRADIENT;
  let busyMs = 0;
  const admission = new Admission({ busyMs: () => busyMs });
  const times = admission.limit.method();
  for (let window = 1; window <= 100; window++) {
    for (let call = 0; call < 20; call++) {
      admission.enter([]);
      admission.leave([], times, window < 5 ? 5 : 500);
    }
    admission.limit.holds(min);
    busyMs += windowMs;
    admission.look(window * windowMs);
  }
  expect(admission.limit.calls).toBeLessThan(min / 4);
  return admission;
}

describe("a holder", () => {
  const take = (admission: Admission, holders: Holders, key: string) => {
    const holder = [holders.of(key)];
    const why = admission.refusal("page", holder);
    if (!why) admission.enter(holder);
    return why;
  };
  const flood = (admission: Admission, holders: Holders, keys: readonly string[]) => {
    for (let round = 0; round < LIMIT; round++) {
      for (const key of keys) take(admission, holders, key);
    }
    return keys.map((key) => holders.of(key).held);
  };

  it("alone has most of a server", () => {
    expect(flood(new Admission({ policy }), new Holders(4), ["a"])).toEqual([80]);
  });

  it("who floods leaves room for all others, and as much as it has to others who flood", () => {
    const [admission, holders] = [new Admission({ policy }), new Holders(4)];
    flood(admission, holders, ["a"]);
    expect(take(admission, holders, "a")).toBe("share");
    expect(take(admission, holders, "b")).toBeUndefined();
    const even = new Admission({ policy });
    expect(flood(even, new Holders(4), ["a", "b", "c"])).toEqual([31, 31, 31]);
  });

  it("alone has what one connection may bring, however busy the server is, and no more beside another", () => {
    const admission = busyAdmission();
    const holders = new Holders(4);
    expect(flood(admission, holders, ["a"])).toEqual([LIMIT]);
    expect(take(admission, holders, "b")).toBeUndefined();
    expect(take(admission, holders, "a")).toBe("limit");
  });

  it("has its even part of a busy server, whatever another held before it came", () => {
    const admission = busyAdmission();
    const room = admission.roomOf("page");
    const holders = new Holders(4);
    flood(admission, holders, ["a"]);
    expect(flood(admission, holders, ["b"])).toEqual([Math.floor(room / 2)]);
    expect(flood(admission, holders, ["c"])).toEqual([Math.floor(room / 3)]);
    expect(take(admission, holders, "b")).toBe("limit");
  });

  it("is one of a crowd, which together has no more than a busy server takes", () => {
    const admission = busyAdmission();
    const room = admission.roomOf("page");
    const crowd = Array.from({ length: LIMIT }, (_, i) => `one of ${i}`);
    const held = flood(admission, new Holders(4), crowd);
    expect(held.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(room);
    expect(Math.max(...held)).toBe(1);
  });

  it("whose requests are on their way is not forgotten, and holds no more for it", () => {
    const [admission, holders] = [new Admission({ policy }), new Holders(4)];
    const calls = Array.from({ length: 80 }, () => [holders.of("a")]);
    for (const call of calls) admission.enter(call);
    for (const call of calls) admission.suspend(call);
    holders.forgetIdle(0);
    for (const call of calls) admission.resume(call);
    expect(take(admission, holders, "a")).toBe("share");
    for (const call of calls) admission.suspend(call);
    for (const call of calls) admission.abandon(call);
    holders.forgetIdle(0);
    expect([holders.size, admission.held]).toEqual([0, 0]);
  });

  it("is forgotten when it holds nothing", () => {
    const [admission, holders] = [new Admission({ policy }), new Holders(4)];
    take(admission, holders, "a");
    take(admission, holders, "b");
    admission.leave([holders.of("a")]);
    holders.forgetIdle(0);
    expect(holders.size).toBe(1);
    expect(holders.of("b").held).toBe(1);
  });
});
