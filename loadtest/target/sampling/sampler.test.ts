import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { startSampler } from "./sampler.ts";

/** A target of two processes whose CPU the test sets, and a sampler of it on a manual clock. */
function scene(measuredInMs = 0, everyMs = 1_000) {
  const clock = new ManualClock();
  const cpu = new Map([
    [1, 5],
    [2, 8],
  ]);
  const target = {
    processes: [
      { label: "post", pid: 1 },
      { label: "timeline", pid: 2 },
    ],
    pages: 0,
    metrics: async () => {
      target.pages++;
      const page = `tidings_pending_fills{service="timeline"} ${target.pages}\nposts_total ${10 * target.pages}\n`;
      return new Map([["timeline", page]]);
    },
  };
  const snapshot = (pid: number) => {
    const cpuSeconds = cpu.get(pid);
    if (cpuSeconds === undefined) return undefined;
    return { cpuSeconds, mainThreadSeconds: cpuSeconds / 2, residentMiB: 10 * pid };
  };
  const waited = new Map<number, number>();
  const waits = (pid: number) => new Map([[pid, { ran: 0, waited: waited.get(pid) ?? 0 }]]);
  const sampler = startSampler(target, { measuredInMs, everyMs, clock, snapshot, waits });
  const second = async (post: number, timeline: number) => {
    cpu.set(1, present(cpu.get(1)) + post);
    cpu.set(2, (cpu.get(2) ?? Number.NaN) + timeline);
    await clock.advance(1_000);
  };
  return { clock, cpu, waited, target, sampler, second };
}

describe("the sampler", () => {
  it("says what each process used since the sample before, and in all", async () => {
    const { sampler, second } = scene();
    await second(0.25, 0.5);
    await second(0.75, 1);
    expect(await sampler.stop()).toMatchObject({
      atSeconds: [1, 2],
      processes: [
        {
          label: "post",
          cpuShare: [0.25, 0.75],
          mainThreadShare: [0.125, 0.375],
          residentMiB: [10, 10],
          cpuSeconds: 1,
        },
        { label: "timeline", cpuShare: [0.5, 1], residentMiB: [20, 20], cpuSeconds: 1.5 },
      ],
    });
  });

  it("says for how much of the time each waited for a CPU, also one that was restarted", async () => {
    const { waited, sampler, second, target, cpu } = scene(1_000);
    waited.set(1, 5);
    await second(0, 0);
    waited.set(1, 5.5);
    const [post, timeline] = target.processes;
    target.processes = [post, { ...timeline, pid: 3 }];
    cpu.set(3, 0);
    waited.set(3, 0.25);
    await second(0, 0);
    const { processes } = await sampler.stop();
    expect(processes.map(({ waitedShare }) => waitedShare)).toEqual([0.5, 0.25]);
  });

  it("leaves out what was before the measured part", async () => {
    const { sampler, second } = scene(2_000);
    await second(9, 9);
    await second(9, 9);
    await second(0.5, 0);
    const { atSeconds, processes, work } = await sampler.stop();
    expect(atSeconds).toEqual([1]);
    expect(processes.map(({ cpuSeconds }) => cpuSeconds)).toEqual([0.5, 0]);
    expect(work).toEqual({ posts_total: 20 });
  });

  it("has nothing when it is stopped before", async () => {
    const { sampler, clock } = scene(2_000);
    await clock.advance(1_000);
    expect(await sampler.stop()).toEqual({ atSeconds: [], processes: [], pending: {}, work: {} });
  });

  it("counts on over a restart, with a gap while the process is away", async () => {
    const { sampler, second, target, cpu } = scene();
    await second(0, 1);
    const [post, timeline] = target.processes;
    target.processes = [post];
    await second(0, 1);
    target.processes = [post, { ...timeline, pid: 3 }];
    cpu.set(3, 0.25);
    await second(0, 0);
    const { processes } = await sampler.stop();
    expect(processes[1]).toEqual({
      label: "timeline",
      cpuShare: [1, Number.NaN, 0.25],
      mainThreadShare: [0.5, Number.NaN, 0.125],
      residentMiB: [20, Number.NaN, 30],
      cpuSeconds: 1.25,
      waitedShare: 0,
      wantedShare: 0,
    });
  });

  it("asks for pages at most once a second, and shows the gauges beside each sample", async () => {
    const { sampler, clock, target } = scene(0, 250);
    await clock.advance(2_000);
    expect(target.pages).toBe(3);
    const { pending, atSeconds } = await sampler.stop();
    expect(atSeconds).toHaveLength(8);
    expect(pending).toEqual({ tidings_pending_fills: [1, 1, 1, 1, 2, 2, 2, 2] });
  });

  it("adds the last moments to what was used, as a row only when they are long", async () => {
    const { sampler, clock, cpu } = scene();
    await clock.advance(1_000);
    cpu.set(1, 6);
    await clock.advance(100);
    const { atSeconds, processes } = await sampler.stop();
    expect(atSeconds).toEqual([1]);
    expect(processes[0]).toMatchObject({ cpuShare: [0], cpuSeconds: 1 });
  });

  it("refuses to look all the time", () => {
    expect(() => scene(0, 1)).toThrow("everyMs: 1 is not at least 50");
  });
});
