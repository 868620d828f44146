import { readConfig } from "../../services/platform/config/config.ts";
import { CQL_VARIABLES } from "../../services/platform/storage/cql/config.ts";
import { MIN_RING_ENTRIES } from "../../services/timeline/domain/rings/ring-memory.ts";
import type { Delivery } from "../demand/delivery.ts";
import type { WorldSpec } from "../scenarios/scenario.ts";
import type { PrefillEngine } from "./manifest.ts";
import type { OwnerSlice } from "./viewers.ts";

/** What to fill, and where. */
export interface PrefillPlan {
  readonly world: WorldSpec;
  readonly slice: OwnerSlice;
  readonly engine: PrefillEngine;
  /** By pull nothing is kept for any viewer, and the posts are in the post log; push by default. */
  readonly delivery?: Delivery;
  /** On cql: a new one; by default the environment's. */
  readonly keyspace?: string;
  /** Whole days of posts, up to now. */
  readonly days: number;
  readonly ringEntries: number;
  readonly dataDir: string;
  /** An earlier fill in the folder is removed. */
  readonly force: boolean;
  /** Timelines that are looked at afterwards. */
  readonly sample: number;
}

/** Then nothing is kept for anybody. */
export function isPulled({ delivery }: Pick<PrefillPlan, "delivery">): boolean {
  return delivery === "pull";
}

/** Bounds of what a plan may ask for. Some arrays are as long as there are people, or posts. */
export const PREFILL_LIMITS = {
  people: { min: 100, max: 50_000_000 },
  /** Less than the four weeks for which the wide-column store keeps entries. */
  days: { min: 1, max: 27 },
  ringEntries: { min: MIN_RING_ENTRIES, max: 10_000 },
  sample: { min: 1, max: 10_000 },
} as const;

/** Throws RangeError naming the mistake. */
export function checkPlan(plan: PrefillPlan): void {
  const { world, slice, engine, days, ringEntries, sample } = plan;
  const values = { people: world.people, days, ringEntries, sample };
  for (const name of Object.keys(PREFILL_LIMITS) as (keyof typeof PREFILL_LIMITS)[]) {
    const { min, max } = PREFILL_LIMITS[name];
    const value = values[name];
    if (Number.isInteger(value) && value >= min && value <= max) continue;
    throw new RangeError(`${name}: ${value} is not a whole number from ${min} to ${max}`);
  }
  const { meanFriends = 1 } = world;
  if (!Number.isInteger(meanFriends)) {
    throw new RangeError(
      `mean friends: ${meanFriends} is not whole, as the friend service wants it`,
    );
  }
  if (engine === "cql" && (slice.owners !== 1 || slice.timelines !== 1)) {
    throw new RangeError(
      "on cql shards have no fixed owners: fill everyone's, with one timeline process",
    );
  }
}

/** Variables with which services serve this world. */
export function worldEnv(
  { world, engine, keyspace, delivery }: PrefillPlan,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const cqlKeyspace = keyspace ?? readConfig(CQL_VARIABLES, env).cqlKeyspace;
  return {
    TIDINGS_ENGINE: engine,
    ...(engine === "cql" && { TIDINGS_CQL_KEYSPACE: cqlKeyspace }),
    ...(delivery && { TIDINGS_DELIVERY: delivery }),
    TIDINGS_FRIEND_GRAPH: "synthetic",
    TIDINGS_FRIEND_SYNTHETIC_PEOPLE: String(world.people),
    TIDINGS_FRIEND_SYNTHETIC_SEED: String(world.seed),
    TIDINGS_FRIEND_SYNTHETIC_MEAN: String(world.meanFriends ?? 0),
  };
}
