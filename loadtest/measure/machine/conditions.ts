import { readFileSync } from "node:fs";
import { getPriority, hostname } from "node:os";
import { probeCpu } from "./cpu-probe.ts";
import { busySeconds, pressureSeconds, stealSeconds, throttledSeconds } from "./proc.ts";
import { type ThreadWaits, threadWaits, type WaitShares, waitShares } from "./thread-waits.ts";

/** What the machine had been through until now; undefined where the system does not tell. */
export interface Conditions extends Counted {
  /** The fixed CPU probe, rounds a second. */
  readonly probePerSecond: number;
}

/** What is only counted, which costs nothing. */
export interface Counted {
  readonly atMs: number;
  /** CPU seconds of the whole machine. */
  readonly busySeconds: number | undefined;
  readonly stealSeconds: number | undefined;
  readonly throttledSeconds: number | undefined;
  readonly pressureSeconds: number | undefined;
  /** CPU seconds of this process so far. */
  readonly cpuSeconds: number;
  /** Of the threads of this process. */
  readonly waits: ThreadWaits;
  readonly niceness: number;
}

/** What a run, and its generator, met on the generator's machine. Shares are of one core's time during the run. */
export interface MachineReport extends Partial<WaitShares> {
  readonly host: string;
  readonly seconds: number;
  readonly stealShare: number | undefined;
  readonly throttledShare: number | undefined;
  readonly pressureShare: number | undefined;
  /** CPU seconds a second that whoever it was used on the machine, of all its CPUs. */
  readonly busyCores?: number | undefined;
  /** The generator's own CPU. */
  readonly cpuShare: number;
  /** The probe after the run, over that before it. */
  readonly probeRatio: number;
  /** The largest step of the wall clock, ms; negative when it went back. Undefined: nobody watched. */
  readonly wallStepMs?: number;
  /** Of the generator: below 0 it had a CPU before its target had. */
  readonly niceness?: number;
}

/** A probe further off than this: the machine changed under the run. */
export const MAX_PROBE_CHANGE = 0.1;

/** With the probe, whose own work lies outside of what is between two readings. */
export function readConditions(when: "before" | "after", probe = probeCpu): Conditions {
  if (when === "before") return { probePerSecond: probe(), ...readCounted() };
  return { ...readCounted(), probePerSecond: probe() };
}

export function readCounted(): Counted {
  const usage = process.cpuUsage();
  const stat = text("/proc/stat");
  return {
    atMs: performance.now(),
    busySeconds: busySeconds(stat),
    stealSeconds: stealSeconds(stat),
    throttledSeconds: throttledSeconds(
      text("/sys/fs/cgroup/cpu.stat") || text("/sys/fs/cgroup/cpu/cpu.stat"),
    ),
    pressureSeconds: pressureSeconds(text("/proc/pressure/cpu")),
    cpuSeconds: (usage.user + usage.system) / 1e6,
    waits: threadWaits("self"),
    niceness: getPriority(),
  };
}

/** What lay between two readings. */
export function compareConditions(before: Conditions, after: Conditions): MachineReport {
  const seconds = (after.atMs - before.atMs) / 1000;
  const shareOf = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : (to - from) / seconds;
  return {
    host: hostname(),
    seconds,
    stealShare: shareOf(before.stealSeconds, after.stealSeconds),
    throttledShare: shareOf(before.throttledSeconds, after.throttledSeconds),
    pressureShare: shareOf(before.pressureSeconds, after.pressureSeconds),
    busyCores: shareOf(before.busySeconds, after.busySeconds),
    ...waitShares(before.waits, after.waits, seconds),
    cpuShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    probeRatio: after.probePerSecond / before.probePerSecond,
    niceness: after.niceness,
  };
}

/** Whether the machine was the same before and after: else a result is inconclusive. */
export function isSteady({ probeRatio }: MachineReport): boolean {
  return Math.abs(probeRatio - 1) <= MAX_PROBE_CHANGE;
}

/** By what factor the speed of the machines changed during the run, at most; 1 for what does not matter. */
export function speedChange(machines: readonly MachineReport[]): number {
  const changed = machines.filter((machine) => !isSteady(machine));
  return Math.max(1, ...changed.map(({ probeRatio }) => Math.max(probeRatio, 1 / probeRatio)));
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // not Linux, or not told inside this container
  }
}
