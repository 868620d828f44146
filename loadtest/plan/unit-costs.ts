import { present } from "../../services/model/invariant.ts";
import { type Equation, solveNonNegative } from "./least-squares.ts";
import { levelled, type Work } from "./work.ts";

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
  post: ["posts", "postedKiB", "commits", "batches", "events", "logMessages", "logTableReads"],
  friend: ["posts", "friendsListed"],
  fanout: ["posts", "friendsListed", "pieces", "appendCalls"],
  timeline: [
    "appendCallsHere",
    "piecesHere",
    "stored",
    "dropped",
    "indexed",
    "logMessages",
    "pages",
    "searched",
    "streams",
    "events",
  ],
  ranking: [],
  broker: ["posts"],
  cql: ["posts", "stored", "pages", "batches", "logTableReads"],
};

/**
 * What a tier's processes are called for. A process that sleeps between two calls pays for each of them with
 * a wake-up, cold caches, and a timer of what is batched; one that has many at a time pays once for all.
 */
const CALLED_FOR: Readonly<Record<Tier, readonly (keyof Work)[]>> = {
  gateway: ["restPosts", "restPages", "events"],
  post: ["posts", "batches", "events"],
  friend: ["posts"],
  fanout: ["posts", "appendCalls"],
  timeline: ["appendCallsHere", "pages", "events", "logMessages"],
  ranking: [],
  broker: ["posts"],
  cql: ["posts", "pages", "batches", "logTableReads"],
};

/** CPU seconds of one tier: of being there for a second, and of one unit of each work it pays for. */
export interface UnitCost {
  readonly idle: number;
  /** Of a turn of a process's event loop that begins with a call; they level off. Earlier calibrations had none. */
  readonly turns?: { readonly each: number; readonly atMost: number };
  readonly each: Readonly<Partial<Record<keyof Work, number>>>;
}

export type Processes = Readonly<Partial<Record<Tier, number>>>;
export type UnitCosts = Readonly<Partial<Record<Tier, UnitCost>>>;

/** One calibration run: the work that was done, and the CPU seconds a second of each tier. */
export interface Sample {
  readonly name: string;
  readonly work: Work;
  readonly cpu: Readonly<Partial<Record<Tier, number>>>;
  /** Processes of each tier; one, where nothing else is said. */
  readonly processes?: Processes;
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

/** Turns a second at which they may level off: the one that fits best is taken. */
const TURNS_AT_MOST = Array.from({ length: 10 }, (_, i) => 6 * 2 ** i);

function fitTier(tier: Tier, samples: readonly Sample[]): UnitCost {
  const kinds = PAYS_FOR[tier].filter((kind) => samples.some(({ work }) => work[kind] > 0));
  const calls = samples.map(({ work }) => callsOf(tier, work));
  const names = ["idle", ...(calls.some((count) => count > 0) ? ["turns"] : []), ...kinds];
  if (samples.length < names.length) {
    throw new RangeError(
      `${samples.length} calibration runs can't tell ${names.length} costs of ${tier} apart (${names.join(", ")}): calibrate with more mixtures.`,
    );
  }
  const fits = TURNS_AT_MOST.map((atMost) => {
    const equations = samples.map(({ work, cpu, processes = {} }, i): Equation => {
      const value = present(cpu[tier]);
      const there = processes[tier] ?? 1;
      const turns = there * levelled(calls[i] / there, atMost);
      return {
        factors: [there, turns, ...kinds.map((kind) => work[kind])],
        value,
        weight: 1 / Math.max(value, LEAST_SHARE),
      };
    });
    const found = solveNonNegative(equations);
    return { atMost, found, error: squaredError(equations, found) };
  });
  const { atMost, found } = fits.reduce((best, one) => (one.error < best.error ? one : best));
  const [idle = 0, turn = 0, ...each] = found;
  return {
    idle,
    turns: { each: turn, atMost },
    each: Object.fromEntries(kinds.map((kind, i) => [kind, each[i]])),
  };
}

function squaredError(equations: readonly Equation[], found: readonly number[]): number {
  return equations.reduce((sum, { factors, value, weight }) => {
    const fitted = factors.reduce((total, factor, i) => total + factor * found[i], 0);
    return sum + ((fitted - value) * weight) ** 2;
  }, 0);
}

/** Kinds of work that a calibration did not have are none. */
function callsOf(tier: Tier, work: Partial<Work>): number {
  return CALLED_FOR[tier].reduce((sum, kind) => sum + (work[kind] ?? 0), 0);
}

/** CPU seconds a second of each tier under this work; `processes` of it are there, 1 by default. */
export function cpuOf(
  costs: UnitCosts,
  work: Work,
  processes: Processes = {},
): Readonly<Partial<Record<Tier, number>>> {
  return Object.fromEntries(
    Object.entries(costs).map(([name, cost]) => {
      const tier = name as Tier;
      const there = processes[tier] ?? 1;
      const { each, atMost } = cost.turns ?? NO_TURNS;
      const turning = each * levelled(callsOf(tier, work) / there, atMost);
      return [tier, there * (cost.idle + turning) + cpuOfWork(cost, work)];
    }),
  );
}

const NO_TURNS = { each: 0, atMost: 1 };

/** What a tier's CPU goes into, the largest part first: CPU seconds a second by the kind of work. */
export function partsOf(
  tier: Tier,
  costs: UnitCosts,
  work: Work,
  processes: Processes = {},
): readonly (readonly [what: string, cpu: number])[] {
  const cost = costs[tier];
  if (cost === undefined) return [];
  const there = processes[tier] ?? 1;
  const { each, atMost } = cost.turns ?? NO_TURNS;
  const parts: [string, number][] = [
    ["being there", there * cost.idle],
    ["waking up", there * each * levelled(callsOf(tier, work) / there, atMost)],
  ];
  for (const kind of PAYS_FOR[tier]) parts.push([kind, (cost.each[kind] ?? 0) * work[kind]]);
  return parts.filter(([, cpu]) => cpu > 0).sort(([, a], [, b]) => b - a);
}

/** CPU seconds a second of this work alone, by processes that are there and awake. */
export function cpuOfWork({ each }: UnitCost, work: Partial<Work>): number {
  return Object.entries(each).reduce(
    (sum, [kind, cost]) => sum + cost * (work[kind as keyof Work] ?? 0),
    0,
  );
}
