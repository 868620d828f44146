import { present } from "../../services/model/invariant.ts";
import { type Equation, solveNonNegative } from "./least-squares.ts";
import type { Work } from "./work.ts";

/** Processes that pay for work; the stores of the real engines among them. */
export const TIERS = [
  "gateway",
  "post",
  "friend",
  "fanout",
  "timeline",
  "ranking",
  "broker",
  "cql",
] as const;
export type Tier = (typeof TIERS)[number];

/**
 * Which work each tier's CPU goes with: what its code does something for. `idle` is added to each. Posts
 * read are no work of their own: a batch is a page's, and what always goes together can't be told apart.
 */
export const PAYS_FOR: Readonly<Record<Tier, readonly (keyof Work)[]>> = {
  gateway: ["restPosts", "restPages", "streams", "events"],
  post: ["posts", "postedKiB", "commits", "batches", "events"],
  friend: ["posts", "friendsListed"],
  fanout: ["posts", "friendsListed", "pieces", "appendCalls"],
  timeline: ["appendCallsHere", "piecesHere", "stored", "dropped", "pages", "streams", "events"],
  ranking: [],
  broker: ["posts"],
  cql: ["posts", "stored", "pages", "batches"],
};

/** CPU seconds of one tier: of being there for a second, and of one unit of each work it pays for. */
export interface UnitCost {
  readonly idle: number;
  readonly each: Readonly<Partial<Record<keyof Work, number>>>;
}

export type UnitCosts = Readonly<Partial<Record<Tier, UnitCost>>>;

/** One calibration run: the work that was done, and the CPU seconds a second of each tier. */
export interface Sample {
  readonly name: string;
  readonly work: Work;
  readonly cpu: Readonly<Partial<Record<Tier, number>>>;
  /** Calibrations of before 2026-11-29 did not keep it. */
  readonly residentMiB?: Readonly<Partial<Record<Tier, number>>>;
}

/** Below this share of a core a sample's own error is that of the clock ticks: it weighs no more. */
const LEAST_SHARE = 0.02;

/**
 * Unit costs from runs whose mixtures of work differ. Errors count relative to each sample, as the
 * errors of predictions are judged. Throws RangeError with too few samples for the unknowns of a tier.
 */
export function fitUnitCosts(samples: readonly Sample[]): UnitCosts {
  const fitted: Partial<Record<Tier, UnitCost>> = {};
  for (const tier of TIERS) {
    const known = samples.filter(({ cpu }) => cpu[tier] !== undefined);
    if (known.length > 0) fitted[tier] = fitTier(tier, known);
  }
  return fitted;
}

function fitTier(tier: Tier, samples: readonly Sample[]): UnitCost {
  const kinds = PAYS_FOR[tier].filter((kind) => samples.some(({ work }) => work[kind] > 0));
  if (samples.length < kinds.length + 1) {
    throw new RangeError(
      `${samples.length} calibration runs can't tell ${kinds.length + 1} costs of ${tier} apart (${kinds.join(", ")}, idle): calibrate with more mixtures.`,
    );
  }
  const equations = samples.map(({ work, cpu }): Equation => {
    const value = present(cpu[tier]);
    return {
      factors: [1, ...kinds.map((kind) => work[kind])],
      value,
      weight: 1 / Math.max(value, LEAST_SHARE),
    };
  });
  const [idle = 0, ...each] = solveNonNegative(equations);
  return { idle, each: Object.fromEntries(kinds.map((kind, i) => [kind, each[i]])) };
}

/** CPU seconds a second of each tier under this work; `processes` of it are there, 1 by default. */
export function cpuOf(
  costs: UnitCosts,
  work: Work,
  processes: Readonly<Partial<Record<Tier, number>>> = {},
): Readonly<Partial<Record<Tier, number>>> {
  return Object.fromEntries(
    Object.entries(costs).map(([tier, cost]) => [
      tier,
      (processes[tier as Tier] ?? 1) * cost.idle + cpuOfWork(cost, work),
    ]),
  );
}

/** CPU seconds a second of this work alone, without being there. */
export function cpuOfWork({ each }: UnitCost, work: Partial<Work>): number {
  return Object.entries(each).reduce(
    (sum, [kind, cost]) => sum + cost * (work[kind as keyof Work] ?? 0),
    0,
  );
}
