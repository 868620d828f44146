import { describe, expect, it } from "vitest";
import { quantile } from "../measure/histogram.ts";
import type { Step } from "./step.ts";
import { simulate, stepsAt } from "./testing/simulate.ts";

const everyMilli = Array.from({ length: 100 }, (_, i) => i * 1_000);

describe("the engine", () => {
  it("sends each step at its time and measures from there", () => {
    const [timeline] = simulate(stepsAt(everyMilli), { server: { serviceMicros: 500 } }).operations;
    expect(timeline.counts).toMatchObject({ intended: 100, sent: 100, ok: 100, notSent: 0 });
    expect(quantile(timeline.response, 1)).toBe(500);
    expect(quantile(timeline.service, 1)).toBe(500);
    expect(quantile(timeline.lateness, 1)).toBe(0);
  });

  it("sends a session's step when its predecessor has answered, and counts from its time", () => {
    const steps = stepsAt([0, 1_000, 2_000], () => 7);
    const [timeline] = simulate(steps, { server: { serviceMicros: 2_000 } }).operations;
    // Answers at 2, 4 and 6 ms: 2, 3 and 4 ms after the intended times.
    expect([0.3, 0.6, 1].map((q) => quantile(timeline.response, q))).toEqual([2_000, 3_001, 4_001]);
    expect(quantile(timeline.service, 1)).toBe(2_000);
    expect(quantile(timeline.lateness, 1)).toBe(0);
    expect(timeline.waits.predecessor).toEqual({
      count: 2,
      totalMicros: 3_000,
      maxMicros: 2_000,
    });
  });

  it("counts waiting for a stream slot in the response, apart, and not as lateness", () => {
    const plan = { server: { serviceMicros: 2_000, streams: 1 } };
    const [timeline] = simulate(stepsAt([0, 1_000, 2_000]), plan).operations;
    expect(quantile(timeline.response, 1)).toBe(4_001);
    expect(timeline.waits.slot).toEqual({ count: 2, totalMicros: 3_000, maxMicros: 2_000 });
    expect(timeline.waits.flow.count).toBe(0);
    expect(quantile(timeline.lateness, 1)).toBe(0);
  });

  it("counts what the bound refuses as failed, with at least the timeout", () => {
    const plan = { server: { serviceMicros: 50_000 }, maxOpen: 10 };
    const [timeline] = simulate(stepsAt(everyMilli), plan).operations;
    expect(timeline.counts).toMatchObject({ intended: 100, sent: 20, ok: 20, notSent: 80 });
    expect(timeline.response.totalCount).toBe(100);
    expect(quantile(timeline.response, 0.2)).toBeLessThan(51_000);
    expect(quantile(timeline.response, 0.21)).toBeGreaterThanOrEqual(1_000_000);
  });

  it("records timeouts, and gives their slots to those who wait", () => {
    const operation = { name: "timeline.get", timeoutMs: 10 };
    const plan = { server: { serviceMicros: 60_000_000, streams: 1 }, operation };
    const [timeline] = simulate(stepsAt([0, 5_000]), plan).operations;
    expect(timeline.counts).toMatchObject({ sent: 2, ok: 0, timeout: 2, notSent: 0 });
    expect(quantile(timeline.response, 0)).toBeGreaterThanOrEqual(9_990);
    expect(timeline.waits.slot.totalMicros).toBe(5_000);
  });

  it("never makes a failure look fast", () => {
    const plan = { server: { serviceMicros: 100, statusOf: (n: number) => (n % 2 ? 14 : 0) } };
    const [timeline] = simulate(stepsAt(everyMilli), plan).operations;
    expect(timeline.counts).toMatchObject({ ok: 50, failed: 50 });
    expect(timeline.statuses.get(14)).toBe(50);
    expect(quantile(timeline.response, 0.51)).toBeGreaterThanOrEqual(1_000_000);
    expect(quantile(timeline.service, 1)).toBe(100);
  });

  it("keeps the times of those who were answered beside what failures cost", () => {
    const plan = { server: { serviceMicros: 100, statusOf: (n: number) => (n % 2 ? 14 : 0) } };
    const [timeline] = simulate(stepsAt(everyMilli), plan).operations;
    expect(timeline.answered.totalCount).toBe(50);
    expect(quantile(timeline.answered, 1)).toBe(100);
  });

  it.each([
    ["DEADLINE_EXCEEDED", 4],
    ["CANCELLED, as by a reset", 1],
  ])("counts %s at the deadline as a timeout, and long before it as a failure", (_, status) => {
    const operation = { name: "timeline.get", timeoutMs: 100 };
    const counted = (serviceMicros: number) => {
      const server = { serviceMicros, statusOf: () => status };
      return simulate(stepsAt([0]), { server, operation }).operations[0].counts;
    };
    expect(counted(97_000)).toMatchObject({ timeout: 1, failed: 0 });
    expect(counted(50_000)).toMatchObject({ timeout: 0, failed: 1 });
  });

  it("tells nothing to ask from what an earlier failure made impossible", () => {
    const [first, ...rest] = stepsAt([0, 1_000, 2_000]);
    const steps = [
      first,
      { ...rest[0], message: () => "nothing" as const },
      { ...rest[1], message: () => "impossible" as const },
    ];
    const [timeline] = simulate(steps, { server: { serviceMicros: 100 } }).operations;
    expect(timeline.counts).toMatchObject({ intended: 2, ok: 1, skipped: 1, notSent: 1 });
  });

  it("tells each step once how it ended, and none that was skipped", () => {
    const told: string[] = [];
    const operation = { name: "timeline.get", timeoutMs: 10 };
    const telling = (steps: readonly Step[]) =>
      steps.map((step, n) => ({
        ...step,
        answered: () => told.push(`${n} answered`),
        failed: () => told.push(`${n} failed`),
      }));
    const messages = ["impossible", "nothing"] as const;
    const mixed = stepsAt([0, 1_000, 2_000, 3_000]).map((step, n) =>
      n < 2 ? { ...step, message: () => messages[n] } : step,
    );
    const statusOf = (n: number) => (n === 0 ? 14 : 0);
    simulate(telling(mixed), { server: { serviceMicros: 100, statusOf } });
    expect(told.splice(0)).toEqual(["0 failed", "2 failed", "3 answered"]);
    // One is refused by the bound, and one times out.
    const slow = { server: { serviceMicros: 60_000_000 }, operation, maxOpen: 1 };
    simulate(telling(stepsAt([0, 5_000])), slow);
    expect(told.splice(0)).toEqual(["1 failed", "0 failed"]);
  });

  it("lets a session's next step know that its predecessor failed", () => {
    let lost = false;
    const [first, second] = stepsAt([0, 1_000], () => 7);
    const steps: readonly Step[] = [
      { ...first, failed: () => (lost = true) },
      { ...second, message: () => (lost ? "impossible" : second.message()) },
    ];
    const server = { serviceMicros: 5_000, statusOf: () => 14 };
    const [timeline] = simulate(steps, { server }).operations;
    expect(timeline.counts).toMatchObject({ sent: 1, failed: 1, notSent: 1 });
  });

  it.each(["message", "answered", "failed"])("stops with what a step's %s threw", (part) => {
    const broken = () => {
      throw new Error("no such template");
    };
    const steps = stepsAt([0, 1_000]).map((step, n) => (n ? { ...step, [part]: broken } : step));
    const statusOf = () => (part === "failed" ? 14 : 0);
    const plan = { server: { serviceMicros: 100, statusOf } };
    expect(() => simulate(steps, plan)).toThrow("no such template");
  });

  it("begins what a step brings when that is over, and counts it from then, after its pause", () => {
    const message = new Uint8Array(1);
    const follow = (intendedMicros: number): Step => ({
      intendedMicros,
      operation: 0,
      session: 0,
      message: () => message,
    });
    const steps = stepsAt([0, 10_000]).map((step) => ({
      ...step,
      next: (now: number) => follow(now + 5_000),
    }));
    const [timeline] = simulate(steps, { server: { serviceMicros: 2_000 } }).operations;
    expect(timeline.counts).toMatchObject({ intended: 4, ok: 4 });
    // Deadlines are looked at each ms: a step after a pause goes within one.
    expect(quantile(timeline.response, 1)).toBeLessThanOrEqual(3_001);
    expect(quantile(timeline.service, 1)).toBe(2_000);
  });

  it("lets a step judge its own answer", () => {
    const judged = stepsAt([0, 1_000, 2_000]).map((step, n) => ({
      ...step,
      judge: (status: number) => (n === 1 ? 1_000 : status),
    }));
    const [{ counts, statuses }] = simulate(judged, { server: { serviceMicros: 100 } }).operations;
    expect(counts).toMatchObject({ ok: 2, failed: 1 });
    expect([...statuses]).toEqual([[1_000, 1]]);
  });

  it("refuses a source that goes back in time", () => {
    const plan = { server: { serviceMicros: 1 } };
    expect(() => simulate(stepsAt([2, 1]), plan)).toThrow("a source yields in order of time");
  });
});
