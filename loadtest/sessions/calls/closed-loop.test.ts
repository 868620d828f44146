import { describe, expect, it } from "vitest";
import type { Call, Done, Driver } from "../../drivers/driver.ts";
import { RunClock } from "../../run/run-clock.ts";
import { planClosedLoop } from "../plan-steps.ts";
import { ADDRESSES, population, small } from "../testing/plan-for.ts";
import { runClosedLoop } from "./closed-loop.ts";

const CALLERS = 5;
/** Longer than a busy machine keeps an answer waiting. */
const LONG_MS = 60_000;
const SHORT_MS = 30;
/** Calls that are over before the loop is ended. */
const ENOUGH = 4 * CALLERS;

async function run(
  answer: (call: Call, done: Done) => void,
  { generators = 1, timeoutMs = LONG_MS } = {},
) {
  const scenario = small({
    load: {
      kind: "closed",
      callers: CALLERS,
      calls: [
        {
          method: "tidings.timeline.v1.TimelineService/GetTimeline",
          weight: 1,
          message: { viewer_id: "{person}" },
          timeoutMs,
        },
      ],
    },
  });
  const clock = new RunClock();
  const base = { scenario, population, addresses: ADDRESSES, ownerOf: () => 0, clock, run: "test" };
  const plan = await planClosedLoop({ ...base, generator: 0, generators });
  const open = { now: 0, most: 0, cancelled: 0 };
  const enough = new AbortController();
  let ended = 0;
  const over = () => {
    open.now--;
    if (++ended === ENOUGH) enough.abort();
  };
  const driver: Driver = {
    name: "fake",
    capacity: 100,
    send(call, done) {
      open.most = Math.max(open.most, ++open.now);
      call.writtenMicros = clock.nowMicros();
      answer(call, (status, message) => {
        over();
        done(status, message);
      });
    },
    cancel() {
      open.cancelled++;
      over();
    },
    close: () => undefined,
  };
  const startedMs = performance.now();
  const { recorder } = await runClosedLoop({
    ...plan,
    callers: CALLERS,
    generator: 0,
    generators,
    driver,
    clock,
    warmUpSeconds: 0,
    seconds: 3_600,
    signal: enough.signal,
  });
  const elapsedMs = performance.now() - startedMs;
  return { operation: recorder.operations[0], open, elapsedMs };
}

const NOTHING = new Uint8Array();

describe("a closed loop", () => {
  it("has each caller ask again when answered, and never more", async () => {
    const { operation, open } = await run((_, done) => setImmediate(done, 0, NOTHING));
    expect(operation.name).toBe("closed.timeline.GetTimeline");
    expect(open).toMatchObject({ now: 0, most: CALLERS });
    const { intended, sent, ok } = operation.counts;
    expect(ok).toBeGreaterThanOrEqual(ENOUGH);
    expect([sent, ok]).toEqual([intended, intended]);
    expect(operation.service.totalCount).toBe(ok);
  });

  it("shares the callers among generators", async () => {
    const { open } = await run((_, done) => setImmediate(done, 0, NOTHING), { generators: 3 });
    expect(open.most).toBe(2);
  });

  it("gives up what is not answered in time, and waits for nothing in the end", async () => {
    const { operation, open } = await run(() => undefined, { timeoutMs: SHORT_MS });
    expect(open).toMatchObject({ now: 0, most: CALLERS });
    expect(operation.counts.timeout).toBe(operation.counts.intended);
    expect(open.cancelled).toBe(operation.counts.intended);
  });

  it("does not spin on a target that refuses at once", async () => {
    const { operation, elapsedMs } = await run((_, done) => done(14, undefined));
    expect(operation.counts.failed).toBeGreaterThanOrEqual(ENOUGH);
    // Once a check, which come every 10 ms.
    expect(operation.counts.failed).toBeLessThanOrEqual(CALLERS * (2 + elapsedMs / 9));
  });
});
