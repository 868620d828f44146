import type { Population } from "../../../population/population.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { MAX_RATE_PER_SECOND } from "../../pacers/shapes.ts";
import { expectedCalls } from "../../sessions/expected-rates.ts";
import type { Scenario } from "../scenario.ts";

/** What a scenario that makes sense asks in vain of this world: a sentence each. */
export function worldProblems(scenario: Scenario, population: Population): readonly string[] {
  return [
    ...streamProblems(scenario, population),
    ...surgeProblems(scenario, population),
    ...rateProblems(scenario, population),
  ];
}

function streamProblems(
  { streams = 0 }: Scenario,
  { people, active }: Population,
): readonly string[] {
  if (streams <= active.count) return [];
  return [
    `streams: of ${people} people ${active.count} are active; ask for fewer than ${streams}, or make the world larger (--people).`,
  ];
}

function surgeProblems({ surges }: Scenario, { people, active }: Population): readonly string[] {
  return surges.flatMap((surge, i) => {
    if (surge.kind !== "mass return" && surge.kind !== "refresh") return [];
    const isReturn = surge.kind === "mass return";
    const most = isReturn ? people - active.count : active.count;
    if (surge.people <= most) return [];
    const who = isReturn ? "not active" : "active";
    return `surges[${i}].people: of ${people} people ${most} are ${who}; ask for fewer than ${surge.people}, or make the world larger (--people).`;
  });
}

function rateProblems(scenario: Scenario, population: Population): readonly string[] {
  let calls: Readonly<Record<string, number>>;
  try {
    calls = expectedCalls(scenario, population);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`dailyUsers, at the highest pace: ${error.message}.`];
  }
  const perSecond = Object.values(calls).reduce((sum, rate) => sum + (rate || 0), 0);
  return [
    ...tooMuch(scenario, perSecond),
    ...tooLittle(scenario, perSecond),
    ...scenario.thresholds.flatMap((text, i) => unmeasured(text, i, Object.keys(calls))),
  ];
}

function tooMuch({ load, dailyUsers }: Scenario, perSecond: number): readonly string[] {
  if (perSecond <= MAX_RATE_PER_SECOND) return [];
  const field = load.kind === "mix" ? "load.perSecond" : `dailyUsers: ${dailyUsers}`;
  const share = Math.floor((100 * MAX_RATE_PER_SECOND) / perSecond);
  return [
    `${field}, with its pace and surges, is ${perSecond.toFixed(0)} calls a second, and at most ${MAX_RATE_PER_SECOND} can be sent: ask for ${share}% of it.`,
  ];
}

function tooLittle({ load, dailyUsers, seconds }: Scenario, perSecond: number): readonly string[] {
  const calls = perSecond * seconds;
  if (load.kind === "closed" || calls >= 1) return [];
  const field = load.kind === "mix" ? "load.perSecond" : `dailyUsers: ${dailyUsers}`;
  return [
    `${field} is ${calls.toPrecision(1)} calls in the ${seconds} s of the run: ask for more, or make the run longer (--seconds).`,
  ];
}

/** Names with a dot are operations'; others may be of probes and counters. */
function unmeasured(text: string, i: number, operations: readonly string[]): readonly string[] {
  const { of } = parseThreshold(text).metric;
  if (!of.includes(".") || operations.includes(of)) return [];
  return [
    `thresholds[${i}]: ${of} is no operation of this scenario, which are ${operations.join(", ")}.`,
  ];
}
