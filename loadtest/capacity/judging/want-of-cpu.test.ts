import { describe, expect, it } from "vitest";
import type { MachineReport } from "../../measure/machine/conditions.ts";
import { Series } from "../../measure/series.ts";
import type { QueueModel } from "../../run/testing/queue-server.ts";
import type { HeldStep } from "../capacity-target.ts";
import { simulatedTarget } from "../testing/simulated-target.ts";
import { judgeStep } from "./judge-step.ts";

/** Calls come evenly: it can do exactly fifty a second, and refuses what would wait longer than 0.4 s. */
const MODEL = { workers: 2, serviceMicros: 40_000, mostWaiting: 20 };
const CAPACITY = 50;
const THRESHOLDS = ["p50(timeline.get) <= 120ms"];

/** A step of a load, while others have the CPUs for a share of the time. */
function step(load: number, wanted: number, model: QueueModel = MODEL): Promise<HeldStep> {
  const plan = { model, thresholds: THRESHOLDS, seed: 1, arrivals: "even" } as const;
  return simulatedTarget({ ...plan, wanted: () => wanted }).hold(load, 20);
}

async function outcomeOf(...asked: Parameters<typeof step>) {
  return judgeStep(await step(...asked)).outcome;
}

/** The step of a server that is asked for a tenth less than it can do, and has too little CPU for it. */
async function starved(changes: Partial<MachineReport>): Promise<HeldStep> {
  const held = await step(0.9 * CAPACITY, 0.2);
  const machines = held.measured.machines.map((machine) => ({ ...machine, ...changes }));
  return { ...held, measured: { ...held.measured, machines } };
}

describe("a step whose target wanted CPU that others had", () => {
  it("is inconclusive when it fails, and says who had it", async () => {
    const { outcome, reasons } = judgeStep(await step(0.9 * CAPACITY, 0.2));
    expect(outcome).toBe("inconclusive");
    expect(reasons[0]).toBe(
      "server waited for a CPU of model 20% of the time; others used 0.40 cores of it.",
    );
    expect(reasons[1]).toMatch(/^p50/);
  });

  it("has held when it holds all the same", async () => {
    expect(await outcomeOf(0.7 * CAPACITY, 0.2)).toBe("held");
  });

  it("has failed when it would have with all of it, from there on where that is known", async () => {
    expect(await outcomeOf(0.99 * CAPACITY, 0.2)).toBe("inconclusive");
    expect(await outcomeOf(1.1 * CAPACITY, 0.2)).toBe("failed");
    expect(await outcomeOf(1.1 * CAPACITY, 0.4)).toBe("failed");
    // More than half was wanted: it might have been anything.
    expect(await outcomeOf(1.5 * CAPACITY, 0.6)).toBe("inconclusive");
  });

  it("is so by a tool too, which does not say when what was answered", async () => {
    const byTool = async (load: number) => {
      const held = await step(load * CAPACITY, 0.2);
      const driver = { ...held.measured.driver, timesFrom: "sent" } as const;
      const series = new Map([["timeline.get", new Series()]]);
      return judgeStep({ ...held, measured: { ...held.measured, driver, series } }).outcome;
    };
    expect(await byTool(0.9)).toBe("inconclusive");
    expect(await byTool(1.5)).toBe("failed");
  });

  it("has failed when so little was wanted that it makes no difference", async () => {
    expect(await outcomeOf(0.99 * CAPACITY, 0.02)).toBe("failed");
  });

  it("is inconclusive when calls were given up: who knows what it did of them", async () => {
    const unbounded = { workers: 2, serviceMicros: 40_000, finishesAbandoned: true };
    expect(await outcomeOf(1.5 * CAPACITY, 0.2, unbounded)).toBe("inconclusive");
    expect(await outcomeOf(1.5 * CAPACITY, 0, unbounded)).toBe("failed");
  });
});

describe("CPU that was wanted by a thread with time to spare", () => {
  /** It waits for something else than a CPU: as many a second as it can do, and no more. */
  const idle = async (load: number) => {
    const held = await step(load, 0);
    const machines = held.measured.machines.map((machine) => ({ ...machine, busyCores: 3 }));
    const processes = held.resources.processes.map((one) => ({
      ...one,
      waitedShare: 0.2,
      wantedShare: 0.4,
    }));
    const resources = { ...held.resources, processes };
    return judgeStep({ ...held, resources, measured: { ...held.measured, machines } }).outcome;
  };

  it("cost it nothing of what it can do, but may have been what made it late", async () => {
    expect(await idle(1.1 * CAPACITY)).toBe("failed");
    expect(await idle(1.01 * CAPACITY)).toBe("inconclusive");
  });
});

describe("CPU that was wanted", () => {
  it.each<[string, Partial<MachineReport>, string]>([
    ["by the target alone, of what it and its generators used", { busyCores: 1.5 }, "failed"],
    ["where nobody tells who used what", { busyCores: undefined }, "failed"],
    ["and taken by other guests", { busyCores: 1.5, stealShare: 0.5 }, "inconclusive"],
    ["and held back by a quota", { busyCores: 1.5, throttledShare: 0.2 }, "inconclusive"],
    ["by a generator with a whole core", { busyCores: 1.5, cpuShare: 0.97 }, "inconclusive"],
    ["by a generator, which others had", { cpuShare: 0.1, waitedShare: 0.3 }, "inconclusive"],
  ])("%s: %j", async (_, changes, outcome) => {
    expect(judgeStep(await starved(changes)).outcome).toBe(outcome);
  });

  it("excuses no process that died", async () => {
    const died = { ...(await starved({})), failure: "server died." };
    expect(judgeStep(died)).toMatchObject({ outcome: "failed" });
  });
});
