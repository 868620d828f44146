import { describe, expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { unavailable } from "../../platform/grpc/errors/errors.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { Lane } from "./lane.ts";

const SPACING_MS = 20;

/** A lane whose calls are noted with their time, and answered at once. */
function spacedLane() {
  const clock = new ManualClock();
  const startMs = clock.monotonicMs();
  const calls: { readonly atMs: number; readonly items: readonly string[] }[] = [];
  const lane = new Lane<string, void>({
    target: "test",
    send: async (items) => {
      calls.push({ atMs: clock.monotonicMs() - startMs, items });
      return items.map(() => undefined);
    },
    maxItems: 3,
    maxCallsInFlight: 4,
    spacingMs: SPACING_MS,
    clock,
    random: () => 0.5,
    log: createLogger("test", "silent"),
  });
  return { lane, clock, calls };
}

/** Lets the turn of the event loop end in which a lane collects. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a lane with a least time between its calls", () => {
  it("sends at once when it was idle, and what comes soon after together", async () => {
    const { lane, clock, calls } = spacedLane();
    await lane.push("first", Infinity);
    const second = lane.push("second", Infinity);
    await turn();
    const third = lane.push("third", Infinity);
    await turn();
    expect(calls).toEqual([{ atMs: 0, items: ["first"] }]);
    await clock.advance(SPACING_MS - 1);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    await Promise.all([second, third]);
    expect(calls[1]).toEqual({ atMs: SPACING_MS, items: ["second", "third"] });
    await clock.advance(2 * SPACING_MS);
    await lane.push("after a while", Infinity);
    expect(calls[2]).toEqual({ atMs: 3 * SPACING_MS, items: ["after a while"] });
  });

  it("never holds a full batch back", async () => {
    const { lane, calls } = spacedLane();
    await lane.push("first", Infinity);
    await Promise.all(["a", "b", "c"].map((item) => lane.push(item, Infinity)));
    expect(calls).toEqual([
      { atMs: 0, items: ["first"] },
      { atMs: 0, items: ["a", "b", "c"] },
    ]);
  });

  it("rejects what rests when it is closed", async () => {
    const { lane } = spacedLane();
    await lane.push("first", Infinity);
    const resting = lane.push("second", Infinity);
    await turn();
    lane.close("enough");
    await expect(resting).rejects.toBe("enough");
  });
});

it("gives back what a target that fails did not take in time", async () => {
  const clock = new ManualClock();
  const lane = new Lane<string, void>({
    target: "test",
    send: () => Promise.reject(unavailable("down")),
    maxItems: 3,
    maxCallsInFlight: 1,
    clock,
    random: () => 0.5,
    log: createLogger("test", "silent"),
  });
  const pushed = [lane.push("a", 60_000), lane.push("b", 60_000), lane.push("c", 90_000)];
  const ended: string[] = [];
  pushed.forEach((push, i) => void push.catch(({ name }: Error) => ended.push(`${i} ${name}`)));
  await turn();
  await clock.advance(59_000);
  expect(ended).toEqual([]);
  await clock.advance(20_000);
  expect(ended.sort()).toEqual(["0 HeldTooLong", "1 HeldTooLong"]);
  lane.close("enough");
});
