import { isSteady, MAX_PROBE_CHANGE } from "../../measure/machine/conditions.ts";
import { judgeQuantile } from "../../measure/validity.ts";
import { IN_VAIN } from "../../measure/verdict.ts";
import type { CapacityStep } from "../capacity-result.ts";
import type { HeldStep } from "../capacity-target.ts";
import { failedCalls } from "./failed-calls.ts";
import { inVainIn } from "./in-vain.ts";
import { atLimitIn } from "./saturation.ts";
import { loadedSeconds, risingIn } from "./waiting.ts";
import { failsAnyway, wantOfCpu } from "./want-of-cpu.ts";

/** What the CPU probe said, over what it said when the search began: 1 is the same machine. */
export interface ProbeShift {
  readonly before: number;
  readonly after: number;
}

/** Those of every step; one that the generator was too late to know is left out. */
const FIGURES = [
  ["p50", 0.5],
  ["p99", 0.99],
] as const;

type Judged = Omit<CapacityStep, "load" | "seconds" | "phase" | "why">;

/** Judges one step; `cores` of the target's machine, when known. */
export function judgeStep(held: HeldStep, shift?: ProbeShift, cores?: number): Judged {
  const rising = risingIn(held);
  const atLimit = [...atLimitIn(held, cores), ...rising];
  const inVain = inVainIn(held.measured);
  return {
    ...outcomeOf(held, rising, shift),
    ...figuresOf(held),
    failures: failedCalls(held, rising),
    ...(inVain && { inVain: inVain.calls }),
    ...(held.said && held.said.length > 0 && { said: held.said }),
    atLimit,
  };
}

/**
 * A step on a machine that changed says nothing, and neither does one of a generator that was too late: it
 * would be the machine or the generator that has this capacity. So it is with a step that failed while
 * others had the CPU that it wanted, unless it would have failed with it; one that held, held in spite of it.
 * But no machine excuses a lost post or a dead process, and what failed comes before what is not known.
 */
function outcomeOf(
  held: HeldStep,
  rising: readonly string[],
  shift?: ProbeShift,
): Pick<Judged, "outcome" | "reasons"> {
  const { verdict, failure } = held;
  const invalid = reasonsOf(held, "invalid");
  const failed = [
    ...(failure === undefined ? [] : [failure]),
    ...reasonsOf(held, "failed").map((reason) => withStatus(reason, held)),
    ...(verdict.rate.reason === undefined ? [] : [verdict.rate.reason]),
    ...rising,
  ];
  if (hasLost(held)) return { outcome: "failed", reasons: failed };
  const changed = changesOf(held, shift);
  if (changed.length > 0) return { outcome: "inconclusive", reasons: changed };
  const isLate = isGeneratorsFault(held) && failure === undefined;
  if (isLate) return { outcome: "inconclusive", reasons: invalid };
  if (failed.length > 0) {
    const want = failure === undefined ? wantOfCpu(held) : undefined;
    return want === undefined || failsAnyway(held, want)
      ? { outcome: "failed", reasons: failed }
      : { outcome: "inconclusive", reasons: [want.reason, ...failed] };
  }
  if (invalid.length > 0) return { outcome: "inconclusive", reasons: invalid };
  return { outcome: "held", reasons: [] };
}

function reasonsOf({ verdict }: HeldStep, outcome: "failed" | "invalid"): readonly string[] {
  const mark = `${outcome.toUpperCase()}: `;
  const own = verdict.reasons.filter((reason) => reason.startsWith(mark));
  return own.map((reason) => reason.slice(mark.length));
}

/** What a person needs to know first of a target of which nothing is answered well: what it says instead. */
function withStatus(reason: string, { measured }: HeldStep): string {
  const inVain = reason === IN_VAIN ? inVainIn(measured) : undefined;
  return inVain ? `${reason.slice(0, -1)}: ${inVain.instead}.` : reason;
}

/** A bound on what probes count, as `lost == 0`, was broken. */
function hasLost({ verdict, measured }: HeldStep): boolean {
  return verdict.thresholds.some(({ outcome, threshold: { metric } }) => {
    return outcome === "failed" && metric.kind === "counter" && measured.counters.has(metric.of);
  });
}

function changesOf({ measured }: HeldStep, shift?: ProbeShift): readonly string[] {
  const isOff = (ratio: number) => Math.abs(ratio - 1) > MAX_PROBE_CHANGE;
  const says = (ratio: number, when: string) =>
    `The CPU probe ran ${ratio.toFixed(2)} times as fast ${when}.`;
  return [
    ...measured.machines
      .filter((machine) => !isSteady(machine))
      .map(({ host, probeRatio }) => says(probeRatio, `on ${host} after the step as before it`)),
    ...(shift && isOff(shift.before)
      ? [says(shift.before, "before the step as when the search began")]
      : []),
    ...(shift && isOff(shift.after)
      ? [says(shift.after, "after the step as when the search began")]
      : []),
  ];
}

function isGeneratorsFault({ verdict: { rate } }: HeldStep): boolean {
  const { worst, valid, isByGenerator } = rate;
  if (valid) return false;
  if (isByGenerator !== undefined) return isByGenerator;
  return !worst || worst.missedByGenerator > (worst.intended - worst.sent) / 2;
}

function figuresOf({ measured, resources }: HeldStep) {
  const { operations, distributions, seconds } = measured;
  const times = [
    ...operations.map(({ name, response: values, lateness }) => ({ name, values, lateness })),
    ...[...distributions].map(([name, distribution]) => ({ name, ...distribution })),
  ];
  const known = times.flatMap(({ name, values, lateness }) =>
    FIGURES.flatMap(([label, q]) => {
      const { micros, valid } = judgeQuantile(values, lateness, q);
      return valid ? [[`${name} ${label}`, micros / 1000] as const] : [];
    }),
  );
  const ok = operations.reduce((sum, { counts }) => sum + counts.ok, 0);
  return {
    figures: Object.fromEntries(known),
    cpu: Object.fromEntries(
      resources.processes.map(({ label, cpuSeconds }) => [label, cpuSeconds / seconds]),
    ),
    goodput: ok / loadedSeconds(measured),
  };
}
