import { friendsPerPost } from "../../demand/post-audience.ts";
import type { Tier } from "../unit-costs.ts";
import type { Planning, Policy, StorageTier } from "./sizing.ts";

/** Each copy is work of its own. */
const REPLICATED: ReadonlySet<Tier> = new Set(["broker", "cql"]);

/** How often a tier does its work, and has what it stores. */
export function copiesOf(tier: Tier | undefined, { replicas }: Policy): number {
  return tier !== undefined && REPLICATED.has(tier) ? replicas : 1;
}

interface Held {
  /** In memory, of all owners. */
  readonly ringBytes: number;
  /** In memory, of each. */
  readonly indexBytes: number;
  readonly hasDatabase: boolean;
}

/** A row of the post log has ids alone, and is kept so long by default (TIDINGS_POST_LOG_KEPT). */
const LOGGED_POST_BYTES = 16;
const LOG_DAYS = 3;

/** What is kept, and whose disks it is on; the posts among it. */
export function storageOf(
  planning: Pick<Planning, "delivery" | "demand" | "textBytes" | "policy" | "bytes">,
  held: Held,
): { readonly storage: readonly StorageTier[]; readonly posts: StorageTier } {
  const { delivery, demand, textBytes, policy, bytes } = planning;
  const { ringBytes, indexBytes, hasDatabase } = held;
  const { audience, day } = demand;
  const deliveries = day.posts * friendsPerPost(audience) * audience.activeShare;
  const tier = (what: string, size: number, onDiskOf?: Tier): StorageTier => ({
    what,
    bytes: size,
    withReplicas: size * copiesOf(onDiskOf, policy),
    onDiskOf,
  });
  const log = tier("fan-out log, a day (embedded)", deliveries * bytes.logDelivery, "timeline");
  const posts = tier(
    `posts, ${policy.keepYears} years (wide-column store)`,
    day.posts * 365 * policy.keepYears * (textBytes * bytes.textOnDisk + bytes.postBesideText),
    "cql",
  );
  const index = tier(`recent index in memory, ${policy.indexDays} days, of one owner`, indexBytes);
  if (delivery === "pull") {
    const friends = tier("friends of everyone active, in memory", ringBytes);
    const postLog = day.posts * LOG_DAYS * LOGGED_POST_BYTES;
    const logged = tier(`post log, ${LOG_DAYS} days (wide-column store)`, postLog, "cql");
    return { storage: [friends, index, logged, posts], posts };
  }
  const entries = tier(
    `entries, ${policy.windowDays} days (wide-column store)`,
    deliveries * policy.windowDays * bytes.entryRow,
    "cql",
  );
  const rings = tier("rings in memory, of everyone active", ringBytes);
  // With a database entries are logged there.
  return { storage: [rings, index, ...(hasDatabase ? [] : [log]), entries, posts], posts };
}
