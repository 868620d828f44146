import type { Population } from "../../population/population.ts";
import { SHARD_COUNT, shardOfHalves } from "../../services/model/shards.ts";
import { MAX_TIMELINES } from "../../tools/mesh/services.ts";

/**
 * Which timelines are there: those of the first `timelines` of `owners` processes (embedded, shard s
 * belongs to owner s mod `owners`). Equal numbers: everyone's.
 */
export interface OwnerSlice {
  readonly owners: number;
  readonly timelines: number;
}

/** The active people of a slice. */
export interface Viewers {
  /** By person: 1 + the timeline process that serves them; 0 for all who have no timeline here. */
  readonly processOf: Uint8Array;
  /** By timeline process. */
  readonly counts: readonly number[];
}

/** Throws RangeError when there is no such slice. */
export function viewersOf(
  { people, active }: Population,
  { owners, timelines }: OwnerSlice,
): Viewers {
  if (!(timelines >= 1 && timelines <= Math.min(owners, MAX_TIMELINES) && owners <= SHARD_COUNT)) {
    throw new RangeError(
      `${timelines} timeline processes of ${owners} owners: ` +
        `give 1 to ${MAX_TIMELINES} of at most ${SHARD_COUNT}`,
    );
  }
  const processOf = new Uint8Array(people + 1);
  const counts = new Array<number>(timelines).fill(0);
  for (let index = 0; index < active.count; index++) {
    const person = active.personAt(index);
    const owner = shardOfHalves(person, 0) % owners;
    if (owner >= timelines) continue;
    processOf[person] = 1 + owner;
    counts[owner]++;
  }
  return { processOf, counts };
}
