import { describe, expect, it } from "vitest";
import type { Driver } from "../drivers/driver.ts";
import { quantile } from "../measure/histogram.ts";
import { measuredOf } from "../measure/testing/measured-of.ts";
import { parseThreshold } from "../measure/thresholds.ts";
import { judge } from "../measure/verdict.ts";
import { intendedTimes } from "../pacers/arrivals.ts";
import { constant } from "../pacers/shapes.ts";
import { QueueServer } from "./testing/queue-server.ts";
import { OPERATION, simulateWith, stepsAt } from "./testing/simulate.ts";
import { VirtualTime } from "./testing/virtual-time.ts";

const RATE = 500;
const SECONDS = 40;
const UNAVAILABLE = 14;

/** A server that does this to the n-th call, which comes at `micros`; exactly, for time is virtual. */
type Truth = (
  n: number,
  micros: number,
) => { readonly afterMicros: number; readonly status: number } | "hangs";

/** Loads such a server with random arrivals, and gives what was recorded and the verdict. */
function loaded(truth: Truth, ...thresholds: readonly string[]) {
  const time = new VirtualTime();
  const over = new Set<unknown>();
  let n = 0;
  const driver: Driver = {
    name: "model",
    capacity: Number.POSITIVE_INFINITY,
    send(call, done) {
      const micros = time.nowMicros();
      call.writtenMicros = micros;
      const answer = truth(n++, micros);
      if (answer === "hangs") return;
      time.at(micros + answer.afterMicros, () => {
        if (!over.has(call)) done(answer.status, new Uint8Array());
      });
    },
    cancel: (call) => void over.add(call),
    close: () => undefined,
  };
  const times = intendedTimes(constant(RATE, SECONDS), { seed: 3, spread: "poisson" });
  const recorder = simulateWith(driver, time, stepsAt(times));
  const measured = measuredOf(recorder, { seconds: SECONDS });
  return {
    record: recorder.operations[0],
    verdict: judge(measured, thresholds.map(parseThreshold)),
  };
}

const soon = { afterMicros: 2_000, status: 0 };

describe("what a server does is what is reported", () => {
  it("one call in a hundred refused: one percent failed, by its status, and no faster for it", () => {
    const { record, verdict } = loaded(
      (n) => (n % 100 === 0 ? { afterMicros: 100, status: UNAVAILABLE } : soon),
      "failed(timeline.get) <= 0.9%",
      "failed(timeline.get) <= 1.1%",
    );
    const { intended, failed } = record.counts;
    expect(failed).toBe(Math.ceil(intended / 100));
    expect([...record.statuses]).toEqual([[UNAVAILABLE, failed]]);
    expect(verdict.thresholds.map(({ outcome }) => outcome)).toEqual(["failed", "passed"]);
    expect(quantile(record.response, 0.995)).toBeGreaterThanOrEqual(OPERATION.timeoutMs * 999);
    expect(quantile(record.answered, 1)).toBeLessThanOrEqual(2_001);
  });

  it("one call in fifty never answered: timeouts, each as long as it was waited for", () => {
    const { record } = loaded((n) => (n % 50 === 0 ? "hangs" : soon));
    const { intended, timeout, failed } = record.counts;
    expect([timeout, failed]).toEqual([Math.ceil(intended / 50), 0]);
    expect(quantile(record.service, 0.999)).toBeGreaterThanOrEqual(OPERATION.timeoutMs * 999);
  });

  it("a second without any answer: the share of calls that fell into it waited for its end", () => {
    const [from, to] = [10e6, 11e6];
    const { record } = loaded((_, micros) => ({
      afterMicros: (micros >= from && micros < to ? to - micros : 0) + 2_000,
      status: 0,
    }));
    // One second of forty: P(response > 2 ms + x) = (1 s - x) / 40 s.
    for (const q of [0.98, 0.99, 0.995]) {
      const truth = 2_000 + 1e6 - (1 - q) * SECONDS * 1e6;
      expect(Math.abs(quantile(record.response, q) - truth)).toBeLessThan(60_000);
    }
  });

  it("one millisecond slower each second: named, though every threshold holds", () => {
    const { verdict } = loaded(
      (_, micros) => ({ afterMicros: 5_000 + micros / 1_000, status: 0 }),
      "p99(timeline.get) < 100ms",
    );
    expect(verdict.outcome).toBe("passed");
    expect(verdict.notes?.join()).toMatch(
      /timeline\.get \(p50\) rose by (0\.9|1\.0)\d* ms each second/,
    );
  });

  it("more than it can do: what was asked and not answered in time is failed, never left out", () => {
    const time = new VirtualTime();
    // It does 400 a second of the 500, first come first served, and works on what nobody waits for any more.
    const server = new QueueServer(time, {
      workers: 1,
      serviceMicros: 2_500,
      finishesAbandoned: true,
    });
    const times = intendedTimes(constant(RATE, SECONDS), { seed: 3, spread: "poisson" });
    const [record] = simulateWith(server.driver(), time, stepsAt(times)).operations;
    const { intended, ok, timeout } = record.counts;
    expect(ok + timeout).toBe(intended);
    // After 4 s or so its queue is a second long: from then on nobody is answered in time.
    expect(ok / intended).toBeLessThan(0.2);
    expect(quantile(record.response, 0.5)).toBeGreaterThanOrEqual(OPERATION.timeoutMs * 999);
  });
});
