import type { Delivery } from "../demand/delivery.ts";
import type { CapacityStep } from "./capacity-result.ts";

export interface CapacityOptions {
  /** What was typed, and when; for the result. */
  readonly command: string;
  readonly startedAt: string;
  /** What a load is counted in, as "daily users". */
  readonly unit: string;
  /** The first load tried. */
  readonly start: number;
  /** No load below and above is tried; the overload may be above. */
  readonly lowest: number;
  readonly highest: number;
  /** The bracket is halved until its ends differ by this share. */
  readonly resolution: number;
  readonly stepSeconds: number;
  readonly confirmSeconds: number;
  readonly confirmations: number;
  /** Steps made only to know the estimate within its tolerance, either way, at 95%. */
  readonly mostRefinements: number;
  readonly tolerance: number;
  /** A step that is inconclusive is made again so often, and the search has so many of them in all. */
  readonly repeats: number;
  readonly mostInconclusive: number;
  /** How often the machine may settle at another speed; the search begins anew each time. */
  readonly mostRenewals: number;
  /** The overload, as a factor on the lowest load that failed. */
  readonly overload: number;
  /** After a step it must be quiet within so long, or the step fails. */
  readonly drainSeconds: number;
  /** After overload it must be quiet and hold a low load within so long, or it collapses. */
  readonly recoverySeconds: number;
  /** So long the search waits for it nevertheless. */
  readonly patienceSeconds: number;
  /** The budget of the whole search. */
  readonly mostSteps: number;
  readonly mostSeconds: number;
  /** Cores of the target's machine, to say when all of them were busy. */
  readonly cores?: number | undefined;
  /** How many cores a step's load takes; by default the sum of its processes' shares. */
  readonly coresOf?: ((step: CapacityStep) => CoresTaken) | undefined;
  /** By which the target's posts travel, as it says; for the result. */
  readonly delivery?: Delivery | undefined;
  /** Called after every step. */
  readonly onStep?: ((step: CapacityStep, steps: readonly CapacityStep[]) => void) | undefined;
  /** Ends the search after the step that runs. */
  readonly signal?: AbortSignal | undefined;
}

export interface CoresTaken {
  readonly cores: number;
  /** How that was reckoned, when it is no plain sum. */
  readonly text?: string;
}

export const CAPACITY_DEFAULTS = {
  lowest: 1,
  highest: Number.MAX_SAFE_INTEGER,
  resolution: 0.05,
  stepSeconds: 30,
  confirmSeconds: 60,
  confirmations: 3,
  mostRefinements: 12,
  tolerance: 0.07,
  repeats: 3,
  mostInconclusive: 12,
  mostRenewals: 3,
  overload: 2,
  drainSeconds: 60,
  recoverySeconds: 120,
  patienceSeconds: 900,
  mostSteps: 80,
  mostSeconds: 4 * 3600,
} as const satisfies Partial<CapacityOptions>;

const AT_LEAST: { readonly [K in keyof CapacityOptions]?: number } = {
  lowest: Number.MIN_VALUE,
  resolution: 0.02,
  stepSeconds: 1,
  confirmSeconds: 1,
  confirmations: 1,
  mostRefinements: 0,
  tolerance: 0.01,
  repeats: 0,
  mostInconclusive: 0,
  mostRenewals: 0,
  overload: 1.1,
  drainSeconds: 0,
  recoverySeconds: 0,
  patienceSeconds: 0,
  mostSteps: 1,
  mostSeconds: 1,
};

type Defaulted = keyof typeof CAPACITY_DEFAULTS;
export type CapacityRequest = Omit<CapacityOptions, Defaulted> & Partial<CapacityOptions>;

/** Throws a RangeError that names what is wrong. */
export function optionsOf(request: CapacityRequest): CapacityOptions {
  const options: CapacityOptions = { ...CAPACITY_DEFAULTS, ...request };
  for (const [name, least] of Object.entries(AT_LEAST) as [Defaulted, number][]) {
    if (options[name] >= least) continue;
    throw new RangeError(`${name}: ${options[name]} is impossible; give at least ${least}.`);
  }
  const { start, lowest, highest } = options;
  if (!(start >= lowest && start <= highest)) {
    throw new RangeError(
      `start: ${start} must lie between lowest, ${lowest}, and highest, ${highest}.`,
    );
  }
  return options;
}
