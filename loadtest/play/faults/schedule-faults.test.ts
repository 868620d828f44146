import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import type { FaultSpec } from "../../scenarios/scenario.ts";
import type { Faults, TargetDescription } from "../../target/target.ts";
import { RunLog } from "../run-log.ts";
import { faultsIn, scheduleFaults } from "./schedule-faults.ts";

/** Of the event loop: what follows from a promise has happened. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const RESTART_MS = 1_500;
const KILL: FaultSpec = { kind: "kill", atSecond: 10, label: "timeline", backAfterSeconds: 3 };
const PAUSE: FaultSpec = { kind: "pause", atSecond: 2, label: "post", seconds: 4 };

/** The measured part begins after 5 s. */
function scene(specs: readonly FaultSpec[], changes: Partial<Faults> = {}) {
  const clock = new ManualClock();
  const done: string[] = [];
  const at = (what: string) => void done.push(`${clock.monotonicMs()}: ${what}`);
  const faults: Faults = {
    kill: async (label) => at(`kill ${label}`),
    async restart(label) {
      at(`restart ${label}`);
      await clock.delay(RESTART_MS);
    },
    async slow(label, ms, times) {
      at(`${label} is ${times} times as slow for ${ms} ms`);
    },
    async pause(label, ms) {
      at(`pause ${label}`);
      await clock.delay(ms);
    },
    slowDisk: async (label, extraMs) => at(`${label} + ${extraMs}`),
    ...changes,
  };
  const log = new RunLog(() => clock.monotonicMs() / 1000 - 5);
  return { clock, done, log, schedule: scheduleFaults(specs, { faults, log, clock }, 5_000) };
}

describe("faults", () => {
  it("come at their second of the measured part, and tell how long something was away", async () => {
    const slow = { kind: "slow disk", atSecond: 1, label: "timeline", seconds: 2, extraMs: 50 };
    const restart = { kind: "restart", atSecond: 20, label: "fanout" };
    const { clock, done, log } = scene([slow, PAUSE, KILL, restart] as FaultSpec[]);
    await clock.advance(60_000);
    expect(done).toEqual([
      "6000: timeline + 50",
      "7000: pause post",
      "8000: timeline + 0",
      "15000: kill timeline",
      "18000: restart timeline",
      "25000: restart fanout",
    ]);
    expect(log.events.map(({ atSecond, what }) => `${atSecond} ${what}`)).toEqual([
      "1 each sync of timeline takes 50 ms more",
      "2 post stands still for 4 s",
      "3 the disk of timeline is as before",
      "6 post goes on",
      "10 timeline is killed",
      "13 timeline is started again",
      "14.5 timeline is back",
      "20 fanout is restarted",
      "21.5 fanout is back",
    ]);
    expect(log.absences).toEqual([
      { fromSecond: 2, toSecond: 6 },
      { fromSecond: 10, toSecond: 14.5 },
      { fromSecond: 20, toSecond: 21.5 },
    ]);
    expect(log.failures).toEqual([]);
  });

  it("that do not work are failures of the run, and the others come", async () => {
    const { clock, done, log } = scene([PAUSE, KILL], {
      pause: () => Promise.reject(new Error("it has ended")),
    });
    await clock.advance(60_000);
    expect(log.failures).toEqual(["pause post did not work: it has ended"]);
    expect(done.at(-1)).toBe("18000: restart timeline");
  });

  it("end with the run: what is away comes back at once, and nothing more begins", async () => {
    const { clock, done, log, schedule } = scene([KILL, { ...KILL, atSecond: 30 }]);
    await clock.advance(16_000);
    const closed = schedule.close();
    await turn();
    await clock.advance(60_000);
    await closed;
    expect(done).toEqual(["15000: kill timeline", "16000: restart timeline"]);
    expect(log.events.at(-1)?.what).toBe("timeline is back");
  });

  it("that let a process stand still do not hold up the end", async () => {
    const { clock, log, schedule } = scene([PAUSE]);
    await clock.advance(8_000);
    await schedule.close();
    expect(log.events.at(-1)?.what).toBe("post still stands");
  });
});

describe("whom a fault is about", () => {
  const processes = ["post", "timeline-0", "timeline-1"].map((label, pid) => ({ label, pid }));
  const description = { engine: "embedded" } as TargetDescription;
  const target = { processes, faults: {} as Faults, description };

  it("is a process of the target, of several the first", () => {
    const labels = (specs: readonly FaultSpec[]) =>
      faultsIn(specs, target).map(({ label }) => label);
    expect(labels([KILL, PAUSE, { ...KILL, label: "timeline-1" }])).toEqual([
      "timeline-0",
      "post",
      "timeline-1",
    ]);
  });

  it("must be there, and be ours", () => {
    expect(() => faultsIn([PAUSE, { ...KILL, label: "redis" }], target)).toThrow(
      'faults[1].label: there is no process "redis" here, only post, timeline-0, timeline-1.',
    );
    const foreign = { processes: [], faults: undefined, description };
    expect(() => faultsIn([KILL], foreign)).toThrow("leave --running out");
    expect(faultsIn([], foreign)).toEqual([]);
  });

  it("has a disk that can be slow: a timeline's on the embedded engines", () => {
    const slow = { kind: "slow disk", atSecond: 1, seconds: 1, extraMs: 5 } as const;
    const own = [{ ...slow, label: "timeline" }];
    expect(faultsIn(own, target)[0].label).toBe("timeline-0");
    const cql = { ...target, description: { ...description, engine: "cql" } as const };
    for (const [specs, where] of [
      [own, cql],
      [[{ ...slow, label: "post" }], target],
    ] as const) {
      expect(() => faultsIn(specs, where)).toThrow(
        "faults[0]: only the disk of a timeline process",
      );
    }
  });
});
