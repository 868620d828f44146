import type { MachineReport } from "../../measure/machine/conditions.ts";
import type { Measured } from "../../measure/measured.ts";
import type { HeldStep } from "../capacity-target.ts";
import { loadedSeconds } from "./waiting.ts";

/** What a target or its generator lacked, because somebody else had it. */
export interface Want {
  /** Of the time. */
  readonly share: number;
  /** Of its speed that this can have cost at most: none of a thread that had time to spare. */
  readonly lost: number;
  /** In words, one sentence. */
  readonly reason: string;
}

/** Less than this is within what steps differ by anyway. */
const MAX_WANT = 0.03;
/** What the command itself and the system use beside a run, cores: nobody waits long for that. */
const UNNOTICED_CORES = 0.1;
/** A generator that uses its core to this share is late by itself. */
const FULL_CORE = 0.95;
/** A thread that ran or waited for less of the time than this had done its work all the same. */
const HAD_TO_SPARE = 0.6;
/** Steps of which more was lost say nothing of what a target could do. */
const MOST_LOST = 0.5;
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

const NONE: Want = { share: 0, lost: 0, reason: "" };

function wantOn(machine: MachineReport, held: HeldStep): Want {
  const { host, cpuShare, busyCores, stealShare = 0, throttledShare = 0 } = machine;
  const isOneThread = held.measured.driver.timesFrom === undefined; // ghz has as many as there are cores
  if (isOneThread && cpuShare > FULL_CORE) {
    const reason = `A generator on ${host} used a whole core: use more generators.`;
    return { share: 1, lost: 1, reason };
  }
  if (busyCores === undefined) return NONE; // nobody tells
  const others = coresOfOthers(host, busyCores, held);
  const spare = Math.max(0, others - UNNOTICED_CORES);
  const threads = threadsOf(machine, held);
  const { who, waited } = threads.reduce((most, one) => (one.waited > most.waited ? one : most));
  const lost = Math.max(...threads.map((one) => (one.wanted < HAD_TO_SPARE ? 0 : one.waited)));
  const taken = stealShare / Math.max(Number.EPSILON, busyCores + stealShare) + throttledShare;
  return {
    share: Math.min(1, Math.min(waited, spare) + taken),
    lost: Math.min(1, Math.min(lost, spare) + taken),
    reason: [
      `${who} waited for a CPU of ${host} ${percent(waited)} of the time`,
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

/** Of the generator, and of each process of the target. */
function threadsOf({ waitedShare = 0, wantedShare = 0 }: MachineReport, { resources }: HeldStep) {
  return [
    { who: "A generator", waited: waitedShare, wanted: wantedShare },
    ...resources.processes.map(({ label, waitedShare: waited = 0, wantedShare: wanted = 0 }) => ({
      who: label,
      waited,
      wanted,
    })),
  ];
}

/**
 * Whether the target would have failed with all the CPU that it wanted. What it answered while it was
 * behind is all that it could do; with what it wanted, so much more. Where calls were given up that it had
 * been sent, nobody knows how much it did: it may have worked on those.
 */
export function failsAnyway({ measured }: HeldStep, { lost }: Want): boolean {
  if (lost > MOST_LOST || measured.operations.some(({ counts }) => counts.timeout > 0))
    return false;
  const { answered, asked } =
    measured.driver.timesFrom === "sent" ? inAll(measured) : whileBehind(measured);
  return (answered * (1 + COUNTED_WITHIN)) / (1 - lost) < asked;
}

/** Of a tool that does not say in which second what was answered. */
function inAll({ operations }: Measured) {
  const sum = (of: "ok" | "intended") =>
    operations.reduce((all, { counts }) => all + counts[of], 0);
  return { answered: sum("ok"), asked: sum("intended") };
}

/** A second. */
function whileBehind(measured: Measured) {
  const { operations, series } = measured;
  const { from, to, perSecond } = secondHalf(measured);
  const answered = operations.reduce((sum, { name, timeoutMs }) => {
    const answers = series.get(name)?.answersWithin(timeoutMs * 1000, from, to);
    return sum + (answers?.perSecond ?? 0);
  }, 0);
  return { answered, asked: perSecond };
}

/**
 * Which seconds these are, and how many calls a second were intended in them: what waited when measuring began
 * is answered before, and counts for nobody. The last second may be but begun.
 */
function secondHalf(measured: Measured) {
  const { intendedBySecond } = measured.windows;
  const { length } = intendedBySecond;
  const first = length - loadedSeconds(measured);
  const isWhole = intendedBySecond[length - 1] > intendedBySecond[length - 2] / 2;
  const to = isWhole ? length : length - 1;
  const from = Math.ceil((first + to) / 2);
  const intended = intendedBySecond.slice(from, to).reduce((sum, count) => sum + count, 0);
  return { from, to, perSecond: intended / (to - from) };
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
