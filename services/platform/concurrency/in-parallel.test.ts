import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { DeadlineError, inParallel } from "./in-parallel.ts";

/** Calls that end when the test says so. */
function heldCalls() {
  const open = new Map<number, PromiseWithResolvers<string>>();
  const begun: number[] = [];
  const call = (item: number) => {
    begun.push(item);
    const held = Promise.withResolvers<string>();
    open.set(item, held);
    return held.promise;
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    begun,
    call,
    end: async (item: number) => {
      open.get(item)?.resolve(`done ${item}`);
      await turn();
    },
    fail: async (item: number) => {
      open.get(item)?.reject(new Error(`failed ${item}`));
      await turn();
    },
  };
}

describe("calls in parallel", () => {
  it("run at most so many at a time, and their results are in the order of the items", async () => {
    const input = fc.record({
      limit: fc.integer({ min: 1, max: 8 }),
      items: fc.array(fc.nat(), { maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(input, fc.scheduler(), async ({ limit, items }, scheduler) => {
        let running = 0;
        let most = 0;
        const call = scheduler.scheduleFunction(async (item: number) => item * 2);
        const all = inParallel(limit, items, async (item) => {
          most = Math.max(most, ++running);
          const result = await call(item);
          running--;
          return result;
        });
        await scheduler.waitFor(all);
        expect(await all).toEqual(items.map((item) => item * 2));
        expect(most).toBe(Math.min(limit, items.length));
      }),
    );
  });

  it("take an item only when there is room for it", async () => {
    let taken = 0;
    function* endless() {
      for (;;) yield taken++;
    }
    const { call, begun, end } = heldCalls();
    const stop = new AbortController();
    const all = inParallel(3, endless(), call, { signal: stop.signal });
    const failure = expect(all).rejects.toThrow("enough");
    expect(begun).toEqual([0, 1, 2]);
    await end(1);
    expect(begun).toEqual([0, 1, 2, 3]);
    expect(taken).toBe(4);
    stop.abort(new Error("enough"));
    for (const item of [0, 2, 3]) await end(item);
    await failure;
    expect(begun).toHaveLength(4);
  });

  it("end with the first failure, once those that run have ended", async () => {
    const { call, begun, end, fail } = heldCalls();
    let settled = "";
    const all = inParallel(2, [0, 1, 2, 3], call).catch((error) => {
      settled = error.message;
    });
    await fail(1);
    expect([settled, begun]).toEqual(["", [0, 1]]);
    await end(0);
    await all;
    expect([settled, begun]).toEqual(["failed 1", [0, 1]]);
  });

  it.each(["first", "all"] as const)(
    "end when taking an item throws, once those that run have ended (%s)",
    async (failures) => {
      function* broken() {
        yield 0;
        yield 1;
        throw new Error("no more");
      }
      const { call, begun, end } = heldCalls();
      let settled = "";
      const all = inParallel(2, broken(), call, { failures }).catch((error) => {
        settled = error.message;
      });
      await end(1);
      expect([settled, begun]).toEqual(["", [0, 1]]);
      await end(0);
      await all;
      expect(settled).toBe("no more");
    },
  );

  it("tell those that run of the first failure", async () => {
    const reasons: unknown[] = [];
    const all = inParallel(2, [0, 1], async (item, _, signal) => {
      if (item === 1) throw new Error("no");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      reasons.push((signal.reason as Error).message);
    });
    await expect(all).rejects.toThrow("no");
    expect(reasons).toEqual(["no"]);
  });

  it("give all failures in the order of the items, when asked", async () => {
    const { call, begun, end, fail } = heldCalls();
    const all = inParallel(2, [0, 1, 2, 3], call, { failures: "all" });
    const failure = all.catch((error: AggregateError) =>
      error.errors.map(({ message }) => message),
    );
    await fail(1);
    await fail(2);
    await end(3);
    await fail(0);
    expect(await failure).toEqual(["failed 0", "failed 1", "failed 2"]);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it("end at the deadline", async () => {
    const clock = new ManualClock();
    const { call, begun, end } = heldCalls();
    const all = inParallel(1, [0, 1], call, { timeoutMs: 100, clock });
    const failure = expect(all).rejects.toBeInstanceOf(DeadlineError);
    await clock.advance(100);
    await end(0);
    await failure;
    expect(begun).toEqual([0]);
  });

  it("leave no timer behind when they are done in time", async () => {
    const clock = new ManualClock();
    expect(await inParallel(2, [1, 2], async (item) => item, { timeoutMs: 100, clock })).toEqual([
      1, 2,
    ]);
    expect(clock.sleeperCount).toBe(0);
  });

  it("do nothing after an abort that came before, and refuse a limit that is no count", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    const call = () => {
      throw new Error("called");
    };
    await expect(inParallel(1, [1], call, { signal })).rejects.toThrow("too late");
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      await expect(inParallel(limit, [1], call)).rejects.toThrow(RangeError);
    }
  });
});
