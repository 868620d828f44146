import { describe, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { scenario } from "../scenarios/define.ts";
import { SLOW_TIMEOUT_MS } from "../sessions/operations.ts";
import type { OpenTarget } from "../target/target.ts";
import { watchForEnd } from "./early-end.ts";
import type { Generators } from "./generators/generators.ts";
import { runOut } from "./run-out.ts";

const SCENARIO = scenario({ name: "test", about: "", warmUpSeconds: 2, seconds: 10 });
/** Of the event loop: what follows from a promise has happened. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A run of 12 s that begins in 5 s, of generators and a target that do what the test says. */
function scene(
  { drained = async () => {} }: Partial<Pick<OpenTarget, "drained">> = {},
  inMs = 5_000,
) {
  const clock = new ManualClock();
  const done: string[] = [];
  const sent = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<string>();
  const parts = Promise.withResolvers<Awaited<Generators["parts"]>>();
  const broken = Promise.withResolvers<string>();
  const interrupted = new AbortController();
  const generators: Generators = {
    ready: Promise.resolve(),
    sent: sent.promise,
    lost: lost.promise,
    parts: parts.promise,
    start: (startAtMs) => done.push(`start in ${startAtMs - clock.nowMs()}`),
    owners: ([first]) => done.push(`owner ${first}`),
    stop: () => done.push(`stop at ${clock.monotonicMs()}`),
    settled(look) {
      done.push(look ? "look" : "do not look");
      parts.resolve({ parts: [], lost: [] });
    },
    giveUp(why) {
      done.push(why);
      sent.resolve();
    },
    [Symbol.dispose]: () => {},
  };
  const target = {
    description: { kind: "own mesh" },
    broken: broken.promise,
    drained,
    processes: [],
    metrics: async () => new Map(),
    faults: undefined,
    ownerByShard: [0],
  } as unknown as OpenTarget;
  const ran = runOut(
    {
      scenario: SCENARIO,
      longestTimeoutMs: SLOW_TIMEOUT_MS,
      target,
      faults: [],
      watch: watchForEnd(target, interrupted.signal, clock),
      startAtMs: clock.nowMs() + inMs,
      onStage: (stage) => done.push(stage),
      clock,
    },
    generators,
  );
  return { clock, done, sent, lost, broken, interrupted, target, ran };
}

describe("a run", () => {
  it("starts all at one time, and looks for what is missing when the target is quiet", async () => {
    const bounds: number[] = [];
    const { clock, done, sent, ran } = scene({
      drained: async (boundMs) => void bounds.push(boundMs),
    });
    await clock.advance(17_100);
    sent.resolve();
    const { log } = await ran;
    expect(done).toEqual(["start in 5000", "sending", "settling", "look"]);
    expect([log.failures, log.events, bounds]).toEqual([[], [], [60_000]]);
  });

  it("tells generators when shards move", async () => {
    const { clock, done, sent, target, ran } = scene();
    await clock.advance(6_000);
    Object.assign(target, { ownerByShard: [1] });
    await clock.advance(3_000);
    sent.resolve();
    await ran;
    expect(done).toEqual(["start in 5000", "sending", "owner 1", "settling", "look"]);
  });

  it("looks also in a target that does not become quiet, for what is lost is lost", async () => {
    const { done, sent, ran } = scene({
      drained: () => Promise.reject(new Error("7 wait.")),
    });
    sent.resolve();
    expect((await ran).log.failures).toEqual(["7 wait."]);
    expect(done.at(-1)).toBe("look");
  });

  it("ends when the target dies: no wait until it is quiet, and no look", async () => {
    const { clock, done, sent, broken, ran } = scene({ drained: () => new Promise(() => {}) });
    await clock.advance(10_000);
    broken.resolve("timeline ended");
    await turn();
    sent.resolve();
    const { log } = await ran;
    expect(log.events).toEqual([{ atSecond: 3, what: "The target died: timeline ended." }]);
    expect(log.failures).toEqual(["The target died: timeline ended."]);
    expect(done.slice(2)).toEqual(["stop at 10000", "settling", "do not look"]);
  });

  it("is interrupted while steps are sent: a quiet target is looked at, soon or not at all", async () => {
    for (const quiet of [true, false]) {
      const bounds: number[] = [];
      const { clock, done, sent, interrupted, ran } = scene({
        async drained(boundMs) {
          bounds.push(boundMs);
          if (!quiet) throw new Error("7 wait.");
        },
      });
      await clock.advance(9_000);
      interrupted.abort();
      await turn();
      sent.resolve();
      const { log } = await ran;
      expect(log.failures).toEqual(["It was interrupted.", ...(quiet ? [] : ["7 wait."])]);
      expect(done.slice(2)).toEqual(["stop at 9000", "settling", quiet ? "look" : "do not look"]);
      expect(bounds).toEqual([10_000]);
    }
  });

  it("is interrupted while the target works off what it has", async () => {
    const { done, sent, interrupted, ran } = scene({ drained: () => new Promise(() => {}) });
    sent.resolve();
    await turn();
    interrupted.abort();
    expect((await ran).log.failures).toEqual(["It was interrupted."]);
    expect(done.at(-1)).toBe("do not look");
  });

  it("ends when a generator is lost, and gives up another that does not", async () => {
    const { clock, done, lost, ran } = scene();
    await clock.advance(8_000);
    lost.resolve("Generator 1 was ended by SIGKILL.");
    await turn();
    await clock.advance(15_000);
    const { log } = await ran;
    expect(log.failures).toEqual(["Generator 1 was ended by SIGKILL."]);
    expect(done.slice(2)).toEqual([
      "stop at 8000",
      "did not end within 15 s after it was told to",
      "settling",
      "look",
    ]);
  });

  it("does not wait for ever for steps that should be over", async () => {
    const { clock, done, sent, ran } = scene();
    await clock.advance(17_000 + 65_000);
    expect(done.at(-1)).toBe("stop at 82000");
    sent.resolve();
    expect((await ran).log.failures).toEqual([
      "Not all steps were over 65 s after the last was due.",
    ]);
  });

  it("does not begin when it is too late for it", async () => {
    await expect(scene({}, -20).ran).rejects.toThrow("The start was due 20 ms ago");
  });
});
