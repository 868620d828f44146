import { SHARD_COUNT } from "../../../services/model/shards.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { preferredOwner } from "../../../services/platform/storage/ownership/assignment.ts";
import type { TestMesh } from "./mesh.ts";

const POLL_MS = 50;
/** Below what a test may take, for it says more. */
const BOUND_MS = 100_000;
/** Of a process that is busy; one that stands still is not asked. */
const ANSWER_MS = 10_000;

/**
 * Who has each shard of so many once none moves between these processes. They move part by part, so that all have an
 * owner, and each process has some, several times before the last has moved.
 */
export function restingOwners(addresses: readonly string[], shardCount: number): readonly string[] {
  // Generations are no part of who is preferred.
  const members = addresses.map((address) => ({ address, generation: 0n }));
  return Array.from(
    { length: shardCount },
    (_, shard) => preferredOwner(shard, members)?.address ?? "",
  );
}

/** Who has each shard, as one process of the mesh knows it now. */
async function knownOwners(mesh: TestMesh, asked: number): Promise<readonly string[]> {
  const { owners } = await mesh.timelines[asked].getShardMap(
    {},
    { deadlineMs: Date.now() + ANSWER_MS },
  );
  const known = Array.from({ length: SHARD_COUNT }, () => "");
  for (const { address, shards } of owners) for (const shard of shards) known[shard] = address;
  return known;
}

/** Waits until these processes have all shards between them, none of which moves, and all of them know it; bounded. */
export async function untilOwners(mesh: TestMesh, owners: readonly number[]): Promise<void> {
  const addresses = owners.map((i) => `${mesh.host}:${mesh.ports.timeline[i]}`);
  const wanted = restingOwners(addresses, SHARD_COUNT);
  const endMs = systemClock.monotonicMs() + BOUND_MS;
  for (;;) {
    const maps = await Promise.all(owners.map((i) => knownOwners(mesh, i).catch(() => [])));
    if (maps.every((map) => map.join() === wanted.join())) return;
    if (systemClock.monotonicMs() > endMs) {
      const known = maps.map((map) => sharesIn(map)).join(" or ");
      throw new Error(
        `After ${BOUND_MS} ms shards are owned by ${known}, not ${sharesIn(wanted)}.`,
      );
    }
    await systemClock.delay(POLL_MS);
  }
}

function sharesIn(map: readonly string[]): string {
  const shares = Map.groupBy(map, (address) => address || "nobody");
  return [...shares].map(([address, { length }]) => `${address} (${length})`).join(", ");
}
