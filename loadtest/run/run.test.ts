import { afterEach, describe, expect, it } from "vitest";
import { openRawDriver } from "../drivers/http2/raw-driver.ts";
import { startNullServer } from "../drivers/null-server/start.ts";
import { parseThreshold } from "../measure/thresholds.ts";
import { judge } from "../measure/verdict.ts";
import { intendedTimes } from "../pacers/arrivals.ts";
import { constant } from "../pacers/shapes.ts";
import { measureRun } from "./measure-run.ts";
import { runSteps } from "./run.ts";
import { RunClock } from "./run-clock.ts";
import type { Step } from "./step.ts";
import { stepsAt } from "./testing/simulate.ts";

const OPERATIONS = [{ name: "post.create", timeoutMs: 10_000 }];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function rawDriver() {
  const server = await startNullServer();
  closing.push(server.stop);
  const clock = new RunClock();
  const path = "/tidings.post.v1.PostService/CreatePost";
  const target = { path, addresses: [server.address], timeoutMs: 10_000 };
  const driver = await openRawDriver([target], { connections: 1, clock });
  closing.push(() => driver.close());
  return { clock, driver, server };
}

function stepsOf(rate: number, seconds: number): readonly Step[] {
  return stepsAt(intendedTimes(constant(rate, seconds), { seed: 1, spread: "poisson" }));
}

describe("a run", () => {
  it("sends every step, none before its time, and measures each from there", async () => {
    const { clock, driver } = await rawDriver();
    const steps = stepsOf(2_000, 0.5);
    const sentAt = new Map<Step, number>();
    const source = steps.map((step) => ({
      ...step,
      message: () => {
        sentAt.set(step, clock.nowMicros());
        return step.message();
      },
    }));
    const plan = { operations: OPERATIONS, source: source.values(), driver, clock, maxOpen: 5_000 };
    const { recorder, failure } = await runSteps(plan);
    const [operation] = recorder.operations;
    expect(failure).toBeUndefined();
    expect(operation.counts).toMatchObject({ intended: steps.length, ok: steps.length });
    expect(operation.response.totalCount).toBe(steps.length);
    for (const step of steps) {
      expect(sentAt.get(step)).toBeGreaterThanOrEqual(step.intendedMicros);
    }
  });

  it("comes with its machine, and without its warm-up", async () => {
    const { clock, driver } = await rawDriver();
    const steps = stepsOf(1_000, 0.4);
    const source = steps.values();
    const plan = { operations: OPERATIONS, source, driver, clock, maxOpen: 5_000 };
    const { measured } = await measureRun({ ...plan, warmUpSeconds: 0.2, ceilingPerSecond: 1e5 });
    const measuredSteps = steps.filter(({ intendedMicros }) => intendedMicros >= 200_000);
    expect(measured.operations[0].counts.ok).toBe(measuredSteps.length);
    expect(measured.driver).toEqual({ name: "raw HTTP/2", ceilingPerSecond: 1e5 });
    expect(measured.machines).toHaveLength(1);
    expect(judge(measured, [parseThreshold("failures == 0")]).thresholds[0].outcome).toBe("passed");
  });

  it("sees that the wall clock was set, and keeps its times", async () => {
    const { clock, driver } = await rawDriver();
    let wallMs = 0;
    const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() + wallMs };
    const steps = stepsAt([0, 20_000]).map((step) => ({
      ...step,
      answered: () => {
        wallMs = -3_600_000;
      },
    }));
    const plan = { operations: OPERATIONS, source: steps.values(), driver, clock, maxOpen: 10 };
    const { measured } = await measureRun({ ...plan, clocks, probe: () => 1 });
    expect(measured.machines[0].wallStepMs).toBeCloseTo(-3_600_000, -5);
    expect(measured.operations[0].response.maxValue).toBeLessThan(1_800_000_000);
    expect(judge(measured, []).warnings.join()).toMatch(/stepped by -3[56]\d\d\.\d/);
  });

  it("ends early when told to, keeping what was measured", async () => {
    const { clock, driver } = await rawDriver();
    const stop = new AbortController();
    const steps = stepsOf(1_000, 60).map((step, i) =>
      i === 20 ? { ...step, answered: () => stop.abort() } : step,
    );
    const source = steps.values();
    const plan = { operations: OPERATIONS, source, driver, clock, maxOpen: 5_000 };
    const { recorder, failure } = await runSteps({ ...plan, signal: stop.signal });
    expect(failure).toBeUndefined();
    expect(recorder.operations[0].counts.ok).toBeGreaterThan(20);
    expect(recorder.operations[0].counts.ok).toBeLessThan(steps.length);
  });

  it("tells for how long it sent, the wait for the last answers left out", async () => {
    const stop = new AbortController();
    const silent = { name: "silent", capacity: 10, send() {}, cancel() {}, close() {} };
    const operations = [{ name: "post.create", timeoutMs: 300 }];
    const [step] = stepsAt([0]);
    const message = () => {
      stop.abort();
      return new Uint8Array(1);
    };
    const source = [{ ...step, message }].values();
    const clock = new RunClock();
    const plan = { operations, source, driver: silent, clock, maxOpen: 10, signal: stop.signal };
    const { seconds, sentSeconds } = await runSteps(plan);
    // It was stopped before its deadline was set, so that all of its timeout came after that.
    expect(seconds - sentSeconds).toBeGreaterThanOrEqual(0.3);
  });

  it("keeps what was measured when the target dies midway", async () => {
    const { clock, driver, server } = await rawDriver();
    // On a busy machine all may have been sent by the end of the 50th: it brings one that is sent long after.
    const steps = stepsOf(1_000, 0.5).map((step, i) => ({
      ...step,
      ...(i === 50 && {
        answered: () => process.kill(server.pid, "SIGKILL"),
        next: (nowMicros: number) => ({ ...step, intendedMicros: nowMicros + 1_000_000 }),
      }),
    }));
    const source = steps.values();
    const plan = { operations: OPERATIONS, source, driver, clock, maxOpen: 5_000 };
    const { recorder } = await runSteps(plan);
    const { counts } = recorder.operations[0];
    expect(counts.ok).toBeGreaterThan(50);
    expect(counts.failed + counts.notSent).toBeGreaterThan(0);
    expect(counts.ok + counts.failed + counts.notSent).toBe(steps.length + 1);
  });

  it("keeps what was measured when a scenario throws", async () => {
    const { clock, driver } = await rawDriver();
    const broken = () => {
      throw new Error("no such template");
    };
    const steps = stepsAt([0, 1_000, 50_000]).map((step, i) =>
      i === 2 ? { ...step, message: broken } : step,
    );
    const source = steps.values();
    const plan = { operations: OPERATIONS, source, driver, clock, maxOpen: 10 };
    const { recorder, failure } = await runSteps(plan);
    expect(failure).toMatchObject({ message: "no such template" });
    expect(recorder.operations[0].counts.intended).toBe(3);
  });
});
