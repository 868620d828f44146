import type { MachineReport } from "../../measure/machine/conditions.ts";
import type { HeldStep } from "../capacity-target.ts";
import { loadedSeconds } from "./waiting.ts";

/** What a target or its generator lacked, because somebody else had it. */
export interface Want {
  /** Of the time for which it wanted a CPU; what it did in the rest it would have done so much faster. */
  readonly share: number;
  /** In words, one sentence. */
  readonly reason: string;
}

/** Less than this is within what steps differ by anyway. */
const MAX_WANT = 0.03;
/** What the command itself and the system use beside a run, cores: nobody waits long for that. */
const UNNOTICED_CORES = 0.1;
/** A generator that uses its core to this share is late by itself. */
const FULL_CORE = 0.95;
/** Steps of which more was wanted say nothing of what a target could do. */
const MOST_WANT = 0.5;
/** Of a count of answers by chance. */
const COUNTED_WITHIN = 0.02;

/**
 * Who had too little CPU for this step to tell of the target, though others than the target and its
 * generators had some: processes beside them, other guests of the host, a quota. What a target and its
 * generators take from each other is part of what was measured: the machine is theirs.
 */
export function wantOfCpu(held: HeldStep): Want | undefined {
  const wants = held.measured.machines.map((machine) => wantOn(machine, held));
  const worst = wants.reduce((most, want) => (want.share > most.share ? want : most), NONE);
  return worst.share > MAX_WANT ? worst : undefined;
}

const NONE: Want = { share: 0, reason: "" };

function wantOn(machine: MachineReport, held: HeldStep): Want {
  const { host, cpuShare, busyCores, stealShare = 0, throttledShare = 0 } = machine;
  const isOneThread = held.measured.driver.timesFrom === undefined; // ghz has as many as there are cores
  if (isOneThread && cpuShare > FULL_CORE) {
    const reason = `A generator on ${host} used a whole core: use more generators.`;
    return { share: 1, reason };
  }
  if (busyCores === undefined) return NONE; // nobody tells
  const others = coresOfOthers(host, busyCores, held);
  const { who, waitedShare } = whoWaited(machine, held);
  const waited = Math.min(waitedShare, Math.max(0, others - UNNOTICED_CORES));
  const stolen = stealShare / Math.max(Number.EPSILON, busyCores + stealShare);
  return {
    share: Math.min(1, waited + stolen + throttledShare),
    reason: [
      `${who} waited for a CPU of ${host} ${percent(waitedShare)} of the time`,
      `others used ${others.toFixed(2)} cores of it`,
      ...(stealShare > 0 ? [`other guests of its host took ${stealShare.toFixed(2)}`] : []),
      ...(throttledShare > 0 ? [`a quota held it back ${percent(throttledShare)} of it`] : []),
    ]
      .join("; ")
      .concat("."),
  };
}

/** Cores that neither the target nor a generator had. */
function coresOfOthers(host: string, busyCores: number, { measured, resources }: HeldStep): number {
  const generators = measured.machines
    .filter((one) => one.host === host)
    .reduce((sum, { cpuShare }) => sum + cpuShare, 0);
  const target = resources.processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  return Math.max(0, busyCores - generators - target / measured.seconds);
}

function whoWaited({ waitedShare = 0 }: MachineReport, { resources }: HeldStep) {
  return resources.processes.reduce(
    (most, { label, waitedShare: own = 0 }) =>
      own > most.waitedShare ? { who: label, waitedShare: own } : most,
    { who: "A generator", waitedShare },
  );
}

/**
 * Whether the target would have failed with all the CPU that it wanted. What it answered while it was
 * behind is all that it could do; with what it wanted, so much more. Where calls were given up that it had
 * been sent, nobody knows how much it did: it may have worked on those.
 */
export function failsAnyway({ measured }: HeldStep, { share }: Want): boolean {
  const { operations, series, windows } = measured;
  const sum = (of: (counts: (typeof operations)[number]["counts"]) => number) =>
    operations.reduce((total, { counts }) => total + of(counts), 0);
  if (share > MOST_WANT || sum(({ timeout }) => timeout) > 0) return false;
  const seconds = loadedSeconds(measured);
  const end = windows.intendedBySecond.length;
  // What waited when measuring began is answered first, and counts for nobody: the second half is free of it.
  const answered = operations.reduce((total, { name, timeoutMs }) => {
    const answers = series.get(name)?.answersWithin(timeoutMs * 1000, end - seconds / 2, end);
    return total + (answers?.perSecond ?? 0);
  }, 0);
  const asked = sum(({ intended }) => intended) / seconds;
  return (answered * (1 + COUNTED_WITHIN)) / (1 - share) < asked;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
