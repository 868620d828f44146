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

/** What is kept, and whose disks it is on. */
export function storageOf(
  { demand, textBytes, policy, bytes }: Pick<Planning, "demand" | "textBytes" | "policy" | "bytes">,
  { ringBytes, indexBytes, hasDatabase }: Held,
): readonly StorageTier[] {
  const { audience, day } = demand;
  const deliveries = day.posts * friendsPerPost(audience) * audience.activeShare;
  const tier = (what: string, size: number, onDiskOf?: Tier): StorageTier => ({
    what,
    bytes: size,
    withReplicas: size * copiesOf(onDiskOf, policy),
    onDiskOf,
  });
  const log = tier("fan-out log, a day (embedded)", deliveries * bytes.logDelivery, "timeline");
  return [
    tier("rings in memory, of everyone active", ringBytes),
    tier(`recent index in memory, ${policy.indexDays} days, of one owner`, indexBytes),
    // With a database entries are logged there.
    ...(hasDatabase ? [] : [log]),
    tier(
      `entries, ${policy.windowDays} days (wide-column store)`,
      deliveries * policy.windowDays * bytes.entryRow,
      "cql",
    ),
    tier(
      `posts, ${policy.keepYears} years (wide-column store)`,
      day.posts * 365 * policy.keepYears * (textBytes + bytes.postBesideText),
      "cql",
    ),
  ];
}
