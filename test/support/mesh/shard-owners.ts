import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import type { TestMesh } from "./mesh.ts";

const POLL_MS = 50;
const BOUND_MS = 60_000;
const ANSWER_MS = 1_000;

/** Shards by the address of their owner, as one process of the mesh knows them now. */
async function shardsByOwner(mesh: TestMesh, asked: number): Promise<ReadonlyMap<string, number>> {
  const { owners } = await mesh.timelines[asked].getShardMap(
    {},
    { deadlineMs: Date.now() + ANSWER_MS },
  );
  return new Map(owners.map(({ address, shards }) => [address, shards.length]));
}

/** Waits until these processes, and no others, own shards, and all of them know it; bounded. */
export async function untilOwners(mesh: TestMesh, owners: readonly number[]): Promise<void> {
  const wanted = owners.map((i) => `${mesh.host}:${mesh.ports.timeline[i]}`).sort();
  const endMs = systemClock.monotonicMs() + BOUND_MS;
  for (;;) {
    const maps = await Promise.all(
      owners.map((i) => shardsByOwner(mesh, i).catch(() => new Map<string, number>())),
    );
    const known = maps.map((map) => [...map.keys()].sort().join());
    if (known.every((addresses) => addresses === wanted.join())) return;
    if (systemClock.monotonicMs() > endMs) {
      throw new Error(`After ${BOUND_MS} ms shards are owned by ${known.join(" or ")}.`);
    }
    await systemClock.delay(POLL_MS);
  }
}
