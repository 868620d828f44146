import type { Delivery } from "../demand/delivery.ts";

/** One step of a search: a load, held for a while, and whether the service level held. */
export interface CapacityStep {
  /** In the search's unit, as daily users. */
  readonly load: number;
  readonly seconds: number;
  /** `refine`: to know the estimate better; `overload`: far above what fails; `recover`: after that. */
  readonly phase: "search" | "confirm" | "refine" | "overload" | "recover";
  /** Why this load was tried then. */
  readonly why?: string;
  readonly outcome: "held" | "failed" | "inconclusive";
  /** Why it did not hold, or why it is inconclusive. */
  readonly reasons: readonly string[];
  /** What is to be said of its answers besides, whatever came of it: as that all said it is elsewhere. */
  readonly said?: readonly string[];
  /** What was measured: p50, p99 by operation and lag, ms, as "timeline.get p99". */
  readonly figures: Readonly<Record<string, number>>;
  /** CPU seconds a second, by process label. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Good answers a second, of all operations. */
  readonly goodput?: number;
  /** When it began, s since the search did. Results of before 2026-12-01: none. */
  readonly atSecond?: number;
  /**
   * Calls without a good answer, of how many; `alone`: nothing else broke the service level. Results of before
   * 2026-12-01: none.
   */
  readonly failures?: { readonly bad: number; readonly of: number; readonly alone: boolean };
  /** How many calls were intended, when not one was answered well. */
  readonly inVain?: number;
  /** What was at its limit, in words as "timeline-0 (its main thread at 97% of a core)". */
  readonly atLimit?: readonly string[];
}

/** What a search found: an interval, never a point. */
export interface CapacityResult {
  readonly kind: "capacity";
  readonly version: 1;
  readonly command: string;
  readonly startedAt: string;
  readonly unit: string;
  /** By which its posts travelled, as the target said; undefined: nobody asked it, or it is no mesh. */
  readonly delivery?: Delivery | undefined;
  /** The highest load that held in all its confirmations; undefined when none did. */
  readonly confirmed: number | undefined;
  /** The lowest load above it at which most steps failed; undefined when there is none. */
  readonly failed: number | undefined;
  /** Set when nothing can be said of what lies between: the answer is INCONCLUSIVE. `to`: which failed. */
  readonly unknown?: { readonly from: number; readonly to: number | undefined } | undefined;
  /** Where half of the steps hold, from all of them together; undefined unless some held and some failed. */
  readonly estimate?: CapacityEstimate | undefined;
  readonly steps: readonly CapacityStep[];
  /** Made while the machine, or the target, was another: they count for nothing. */
  readonly earlierSteps?: readonly CapacityStep[];
  /** Why they do not, in sentences. */
  readonly renewals?: readonly string[];
  /** Why no load holds, though none is too much; see evidence/fails-alike.ts. Then none is confirmed. */
  readonly alike?: string | undefined;
  /** Whether it recovered from overload, and in how many seconds. */
  readonly recovery: { readonly recovered: boolean; readonly seconds: number } | undefined;
  /** Why it is said to collapse past its knee, in sentences; empty: nothing of that kind was seen. */
  readonly collapse?: readonly string[];
  /** What was at its limit at the lowest failed load, one sentence. */
  readonly saturated: string;
  /** CPU us of each process for one good answer, at the highest confirmed load. */
  readonly costMicros?: Readonly<Record<string, number>>;
  /** What ended the search before its time; what was found until then is here. */
  readonly ended?: string | undefined;
  /** `noise`: too many steps said nothing; `moved`: what it can do goes on to change. Anything else is left out. */
  readonly endedBy?: "noise" | "moved" | undefined;
  /** Why it was not overloaded, though the interval is known, nor the estimate made closer: too much noise. */
  readonly leftOut?: string | undefined;
  /** Plain lines for people: the headline, what it was measured on. */
  readonly summary: readonly string[];
}

/** See estimate.ts. */
export interface CapacityEstimate {
  readonly load: number;
  /** It lies between these with a chance of 95%; of searches on simulated servers, in 94 of 100. */
  readonly low: number;
  readonly high: number;
  /** By how much the capacity differs from step to step: one standard deviation of its logarithm. */
  readonly spread: number;
  /** The search ended, for noise, before it was known as closely as was asked for. */
  readonly isRough?: boolean;
}
