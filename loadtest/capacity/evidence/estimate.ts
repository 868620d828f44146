import { normalShareBelow } from "../../../population/normal.ts";
import type { CapacityEstimate, CapacityStep } from "../capacity-result.ts";

type Trial = Pick<CapacityStep, "load" | "outcome">;

/** A step may fail, or hold, for reasons that have nothing to do with its load. */
const LAPSES = 0.02;
const SPREADS = spreadsFrom(0.01, 0.3, 8);
/** How far it may lie from where holding turns into failing, as a logarithm: a factor of two. */
const BEYOND = Math.LN2;
const GRID = 160;
const LEVEL = 0.95;

/**
 * Where half of the steps hold, from all of them together. A machine is not equally fast in every step, so
 * a step at load L holds with a chance of F((ln C - ln L) / s), rising and falling smoothly about the
 * capacity C: the psychometric function, F normal. C and the spread s are found by Bayes' rule on a grid,
 * as QUEST does for thresholds of perception (Watson and Pelli 1983; lapses: Wichmann and Hill 2001), from
 * nothing known of C and of the order of magnitude of s.
 * Undefined unless some held and some failed.
 */
export function estimateCapacity(trials: readonly Trial[]): CapacityEstimate | undefined {
  const loads = byLoad(trials);
  const highestHeld = Math.max(...loads.filter(({ held }) => held > 0).map(({ log }) => log));
  const lowestFailed = Math.min(...loads.filter(({ failed }) => failed > 0).map(({ log }) => log));
  if (!Number.isFinite(highestHeld - lowestFailed)) return undefined;
  const from = Math.min(highestHeld, lowestFailed) - BEYOND;
  const step = (Math.max(highestHeld, lowestFailed) + BEYOND - from) / GRID;
  const capacities = Array.from({ length: GRID + 1 }, (_, i) => from + i * step);
  const chances = SPREADS.map((spread) =>
    capacities.map((capacity) =>
      loads.reduce((likelihood, { log, held, failed }) => {
        const holds = LAPSES / 2 + (1 - LAPSES) * normalShareBelow((capacity - log) / spread);
        return likelihood * holds ** held * (1 - holds) ** failed;
      }, 1),
    ),
  );
  const byCapacity = capacities.map((_, i) => chances.reduce((sum, row) => sum + row[i], 0));
  const bySpread = chances.map((row) => row.reduce((sum, chance) => sum + chance, 0));
  const at = (share: number) => Math.exp(from + step * quantileOf(byCapacity, share));
  return {
    load: at(0.5),
    low: at((1 - LEVEL) / 2),
    high: at((1 + LEVEL) / 2),
    spread: SPREADS[Math.round(quantileOf(bySpread, 0.5))],
  };
}

function byLoad(trials: readonly Trial[]) {
  return [...new Set(trials.map(({ load }) => load))].map((load) => {
    const own = trials.filter((trial) => trial.load === load);
    const count = (outcome: Trial["outcome"]) =>
      own.filter((trial) => trial.outcome === outcome).length;
    return { log: Math.log(load), held: count("held"), failed: count("failed") };
  });
}

/** Whether an estimate is known to be at most this share off, either way. */
export function isKnown({ low, load, high }: CapacityEstimate, tolerance: number): boolean {
  return high / load <= 1 + tolerance && load / low <= 1 + tolerance;
}

/** The place, with its fraction, at which a share of all weights is reached. */
function quantileOf(weights: readonly number[], share: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  for (const [i, weight] of weights.entries()) {
    if (below + weight >= share * total) return i - 0.5 + (share * total - below) / weight;
    below += weight;
  }
  return weights.length - 1;
}

function spreadsFrom(least: number, most: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => least * (most / least) ** (i / (count - 1)));
}
