import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { DeadOrAlive } from "./dead-or-alive.ts";
import { HeldUntil } from "./held-until.ts";
import { RELEASED } from "./lease-rows.ts";

const TIMES = { durationMs: 10_000, marginMs: 2_000 };
const row = (renewals: bigint) => ({
  generation: 1n,
  holder: "h",
  renewals,
  takenBy: 0n,
  looks: 0,
  takenAtMs: 0,
});

describe("how long a lease is held", () => {
  it("counts from when the renewal was sent, and ends a margin early", async () => {
    const clock = new ManualClock();
    const held = new HeldUntil(clock, TIMES);
    expect(held.isHeld()).toBe(false);
    const renewed = held.renewing();
    await clock.advance(3_000);
    renewed();
    await clock.advance(4_999);
    expect(held.isHeld()).toBe(true);
    await clock.advance(1);
    expect(held.isHeld()).toBe(false);
  });

  it("ends with a suspension, which only the wall clock shows", () => {
    const clock = new ManualClock();
    const held = new HeldUntil(clock, TIMES);
    held.renewing()();
    clock.stepWall(60_000);
    expect(held.isHeld()).toBe(false);
    held.renewing()();
    expect(held.isHeld()).toBe(true);
  });
});

describe("who is dead", () => {
  it("has not renewed for a lease and the margin; who left in order is at once", () => {
    const verdicts = new DeadOrAlive(TIMES);
    expect(verdicts.isDead(row(1n), 0)).toBe(false);
    expect(verdicts.isDead(row(1n), 11_999)).toBe(false);
    expect(verdicts.isDead(row(2n), 12_000)).toBe(false);
    expect(verdicts.isDead(row(2n), 23_999)).toBe(false);
    expect(verdicts.isDead(row(2n), 24_000)).toBe(true);
    expect(verdicts.isDead(row(RELEASED), 24_001)).toBe(true);
  });
});
