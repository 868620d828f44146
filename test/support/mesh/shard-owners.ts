import { SHARD_COUNT } from "../../../services/model/shards.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { preferredOwner } from "../../../services/platform/storage/ownership/assignment.ts";
import type { TestMesh } from "./mesh.ts";

const POLL_MS = 50;
/** Below what a test may take, for it says more. */
const BOUND_MS = 100_000;
/** Of a process that is busy; one that stands still is not asked. */
const ANSWER_MS = 10_000;

/** Who has which shards, as one process knows it now. */
export interface KnownOwners {
  readonly owners: readonly { readonly address: string; readonly shards: readonly number[] }[];
}

type AskOwners = (request: object, call: { readonly deadlineMs: number }) => Promise<KnownOwners>;

/** Those who are to have all shards between them, by address. */
export type Owning = ReadonlyMap<string, { readonly getShardMap: AskOwners }>;

/**
 * Who has each shard of so many once none moves between these processes. They move part by part, so that all have an
 * owner, and each process has some, several times before the last has moved.
 */
function restingOwners(addresses: readonly string[], shardCount: number): readonly string[] {
  // Generations are no part of who is preferred.
  const members = addresses.map((address) => ({ address, generation: 0n }));
  return Array.from(
    { length: shardCount },
    (_, shard) => preferredOwner(shard, members)?.address ?? "",
  );
}

/**
 * Waits until these processes have all shards between them, none of which moves, and all of them know it; bounded.
 */
export async function untilResting(owning: Owning, shardCount: number): Promise<void> {
  const wanted = restingOwners([...owning.keys()], shardCount);
  const endMs = systemClock.monotonicMs() + BOUND_MS;
  const asked = [...owning.values()];
  for (;;) {
    const deadlineMs = Date.now() + ANSWER_MS;
    const known = asked.map(async (one) =>
      ownerByShard(await one.getShardMap({}, { deadlineMs }), shardCount),
    );
    const maps = await Promise.all(known.map((map) => map.catch(() => [])));
    if (maps.every((map) => map.join() === wanted.join())) return;
    if (systemClock.monotonicMs() > endMs) {
      const found = maps.map((map) => sharesIn(map)).join(" or ");
      throw new Error(
        `After ${BOUND_MS} ms shards are owned by ${found}, not ${sharesIn(wanted)}.`,
      );
    }
    await systemClock.delay(POLL_MS);
  }
}

/** The same of timeline processes of a mesh, by their place in its list. */
export async function untilOwners(mesh: TestMesh, owners: readonly number[]): Promise<void> {
  const owning = owners.map(
    (i) => [`${mesh.host}:${mesh.ports.timeline[i]}`, mesh.timelines[i]] as const,
  );
  await untilResting(new Map(owning), SHARD_COUNT);
}

function ownerByShard({ owners }: KnownOwners, shardCount: number): readonly string[] {
  const known = Array.from({ length: shardCount }, () => "");
  for (const { address, shards } of owners) for (const shard of shards) known[shard] = address;
  return known;
}

function sharesIn(map: readonly string[]): string {
  const shares = Map.groupBy(map, (address) => address || "nobody");
  return [...shares].map(([address, { length }]) => `${address} (${length})`).join(", ");
}
