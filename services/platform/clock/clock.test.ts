import { describe, expect, it } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { systemClock } from "./system-clock.ts";

describe("the manual clock", () => {
  it("moves both clocks, and the wall alone", async () => {
    const clock = new ManualClock(1_000);
    await clock.advance(5);
    clock.stepWall(-100);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([905, 5]);
  });

  it("ends delays when they are due, in their order, also those begun by others", async () => {
    const clock = new ManualClock();
    const ends: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.delay(ms);
      ends.push(`${name} at ${clock.monotonicMs()}`);
    };
    void sleep("late", 30);
    void sleep("early", 10).then(() => sleep("next", 10));
    void sleep("never", 100);
    await clock.advance(50);
    expect(ends).toEqual(["early at 10", "next at 20", "late at 30"]);
    expect(clock.sleeperCount).toBe(1);
  });

  it("gives up a delay whose signal aborts", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const delay = clock.delay(10, controller.signal);
    controller.abort("enough");
    await expect(delay).rejects.toBe("enough");
    await expect(clock.delay(10, controller.signal)).rejects.toBe("enough");
    expect(clock.sleeperCount).toBe(0);
  });
});

describe("the system clock", () => {
  it("rejects an aborted delay with the signal's reason", async () => {
    const signal = AbortSignal.abort("enough");
    await expect(systemClock.delay(60_000, signal)).rejects.toBe("enough");
  });
});
