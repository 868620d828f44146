import type { CapacityStep } from "../capacity-result.ts";
import { shown } from "../loads.ts";
import { loadsOf } from "./found-in.ts";

/** A target that can do less than half of what it is asked fails another share at half of that. */
const MOST_SHARE = 0.5;
/** From the lowest load to the highest, as a factor. */
const LEAST_SPAN = 2;
const LEAST_BAD = 10;
/** Failures come in bursts, too: a share so near to that of all loads is the same. */
const SAME = 1 / 3;
/** And so is one that differs by no more than chance does but once in a thousand, in standard deviations. */
const BY_CHANCE = 3.3;

interface Failed {
  readonly load: number;
  readonly bad: number;
  readonly of: number;
}

/**
 * Why it is not for want of capacity that loads do not hold, in a sentence: nothing but calls without a good answer
 * breaks the service level, and of a half and twice the load they are the same share. Who sheds one call in a hundred
 * whatever is asked has no load that holds, and one of few calls would hold by chance. Undefined: it is not so.
 */
export function failsAlike(steps: readonly CapacityStep[]): string | undefined {
  const own = steps.filter(isOfLoad);
  if (!own.some(({ outcome }) => outcome === "failed")) return undefined;
  if (own.some(({ outcome, failures }) => outcome === "failed" && !failures?.alone))
    return undefined;
  const byLoad = loadsOf(own).map((load) => failedAt(own, load));
  const [bad, of] = [sum(byLoad.map((one) => one.bad)), sum(byLoad.map((one) => one.of))];
  const failing = byLoad.filter((one) => one.bad > 0);
  const span = (byLoad.at(-1)?.load ?? 0) / (byLoad[0]?.load ?? 1);
  if (failing.length < 2 || span < LEAST_SPAN || bad < LEAST_BAD || bad / of > MOST_SHARE) {
    return undefined;
  }
  if (!byLoad.every((one) => isAlike(one, bad / of))) return undefined;
  const [low, high] = [failing[0], failing[failing.length - 1]];
  return (
    `At ${shown(low.load)} ${share(low)} of the calls had no good answer, and at ${shown(high.load)} ${share(high)}, ` +
    "while those that had one were in time: that is as much at any load, and no want of capacity. No lower load holds."
  );
}

/** What was refused in a step that said nothing was refused all the same. */
function isOfLoad({ outcome, phase, failures }: CapacityStep): boolean {
  if (phase === "overload" || failures === undefined) return false;
  return outcome !== "inconclusive" || failures.alone;
}

function failedAt(steps: readonly CapacityStep[], load: number): Failed {
  const own = steps.filter((step) => step.load === load);
  return {
    load,
    bad: sum(own.map(({ failures }) => failures?.bad ?? 0)),
    of: sum(own.map(({ failures }) => failures?.of ?? 0)),
  };
}

function isAlike({ bad, of }: Failed, pooled: number): boolean {
  const expected = of * pooled;
  const deviation = Math.sqrt(expected * (1 - pooled));
  return Math.abs(bad - expected) <= Math.max(SAME * expected, BY_CHANCE * deviation);
}

function share({ bad, of }: Failed): string {
  return `${((100 * bad) / of).toPrecision(2)}%`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
