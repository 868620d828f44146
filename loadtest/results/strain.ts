import type { Measured } from "../measure/measured.ts";
import { type Answers, Series } from "../measure/series.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { isApart } from "../sessions/operations.ts";

/** Seconds of the measured part. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The scenario's hard time, what it is held against, and what is after. */
interface Phases {
  readonly others: readonly Stretch[];
  readonly strained: Stretch;
  readonly after: Stretch | undefined;
}

type Shape = Pick<Scenario, "pace" | "faults" | "surges" | "seconds" | "warmUpSeconds">;

/** Of each phase so much does not count: what began before is still on its way. */
const SETTLE_SECONDS = 2;
/** After the hard time it may take so long until all is as before. */
const RECOVER_SECONDS = 5;

/** Of `steps`, the hard time is the first that asks for so many times what was answered in the best of the others. */
const HARD_TIMES = 3;

/**
 * How a target bears the hard time of a scenario, in percent, by names that thresholds can use. `strained_goodput`:
 * good answers a second then, of those in the best phase before; `strained_p99`: of what was answered, of the same
 * phase's; `strained_asked`: calls a second that were asked then, of all kinds, of the same good answers, for whoever
 * never asks for more than there is has not seen the best. `recovered_goodput` and `recovered_p99`: the same from 5 s
 * after it. The hard time is of `steps` the first that asks for three times the best of all others (which then stand for
 * what is before), or else the last; or the spike, the first fault that lasts and begins within the run, or the first who
 * asks for very much, whose own calls do not count. Without one there are none. Steps that follow each other and ask for
 * the same are one: in a stretch that is shorter than from one collection of the target to the next, luck decides whether
 * it has one, and the best of several is the luckiest.
 */
export function strainOf(scenario: Shape, measured: Measured): ReadonlyMap<string, number> {
  const answersIn = answersOf(measured, scenario.warmUpSeconds);
  const bestOf = (stretches: readonly Stretch[]) =>
    stretches
      .map((stretch) => answersIn(stretch, SETTLE_SECONDS))
      .reduce((most, one) => (one.perSecond > most.perSecond ? one : most));
  const askedOf = (stretch: Stretch) => askedIn(stretch, measured, scenario.warmUpSeconds);
  const phases = phasesOf(scenario, ({ others, strained }) => {
    return askedOf(strained) >= HARD_TIMES * bestOf(others).perSecond;
  });
  if (!phases) return new Map();
  const best = bestOf(phases.others);
  const percent = (name: string, { perSecond, p99Micros }: Answers) =>
    [
      [`${name}_goodput`, (100 * perSecond) / best.perSecond],
      [`${name}_p99`, (100 * p99Micros) / best.p99Micros],
    ] as const;
  const asked = askedOf(phases.strained);
  return new Map([
    ...percent("strained", answersIn(phases.strained, SETTLE_SECONDS)),
    ["strained_asked", (100 * asked) / best.perSecond],
    ...(phases.after ? percent("recovered", answersIn(phases.after, RECOVER_SECONDS)) : []),
  ]);
}

/** What `strainOf` finds of such a scenario. */
export function strainCountsOf(scenario: Shape): readonly string[] {
  const phases = phasesOf(scenario, () => true);
  if (!phases) return [];
  const strained = ["strained_goodput", "strained_p99", "strained_asked"];
  return phases.after ? [...strained, "recovered_goodput", "recovered_p99"] : strained;
}

function phasesOf(
  { pace, faults, surges, seconds }: Shape,
  isHard: (phases: Phases) => boolean,
): Phases | undefined {
  if (pace.shape === "steps" && pace.factors.length > 1) {
    const steps = stretchesOf(pace.factors, seconds);
    if (steps.length === 1) return undefined;
    const choices = steps.map((strained, i) => ({
      ...{ strained, after: undefined },
      others: steps.toSpliced(i, 1),
    }));
    return choices.find(isHard) ?? choices.at(-1);
  }
  const lasting = [pace, ...faults, ...surges].find(
    (one) => "atSecond" in one && "seconds" in one && one.atSecond > SETTLE_SECONDS,
  );
  if (!lasting || !("atSecond" in lasting) || !("seconds" in lasting)) return undefined;
  const { atSecond: from } = lasting;
  const to = from + lasting.seconds;
  const isLonger = seconds - to > 2 * RECOVER_SECONDS;
  return {
    others: [{ from: 0, to: from }],
    strained: { from, to },
    after: isLonger ? { from: to, to: seconds } : undefined,
  };
}

/** Steps that ask for as much as the one before them are one stretch with it. */
function stretchesOf(factors: readonly number[], seconds: number): readonly Stretch[] {
  const length = seconds / factors.length;
  const starts = factors.flatMap((factor, i) => (factor === factors[i - 1] ? [] : [i]));
  return starts.map((start, i) => ({
    from: start * length,
    to: (starts[i + 1] ?? factors.length) * length,
  }));
}

/** A second, by when they were intended. */
function askedIn({ from, to }: Stretch, { windows }: Measured, warmUpSeconds: number): number {
  const seconds = windows.intendedBySecond.slice(from + warmUpSeconds, to + warmUpSeconds);
  return seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
}

/** All operations as one, but for those of the surge itself. */
function answersOf({ operations, series }: Measured, warmUpSeconds: number) {
  const asked = operations.filter(({ name }) => !isApart(name));
  const all = new Series();
  for (const { name } of asked) all.merge(series.get(name) ?? new Series());
  const timeoutMicros = Math.min(...asked.map(({ timeoutMs }) => timeoutMs)) * 1_000;
  return ({ from, to }: Stretch, settleSeconds: number): Answers =>
    all.answersWithin(timeoutMicros, from + settleSeconds + warmUpSeconds, to + warmUpSeconds);
}
