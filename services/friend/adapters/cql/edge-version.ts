import { type PostId, postTimeMs } from "../../../model/ids.ts";

const US_PER_MS = 1_000n;
const SEQUENCES_PER_MS = 4_096n;

/**
 * The version of an edge: microseconds since the Unix epoch, written as the rows' own timestamp, so
 * that of two concurrent changes both rows keep the same one. It comes from an id of this process's
 * grant (rule 4.3), which keeps clocks within bounds, and lies above every version seen before, so
 * that a change which begins after another was acknowledged always wins, whatever the clocks say.
 * (The id itself is no timestamp: ScyllaDB refuses those more than 3 days ahead.) Two changes with the
 * same version are settled by the store, on both rows alike: expiring wins, so the edge is removed.
 */
export function edgeVersion(id: PostId, seen: readonly bigint[]): bigint {
  const ms = BigInt(postTimeMs(id));
  const sequence = id & (SEQUENCES_PER_MS - 1n);
  const version = ms * US_PER_MS + (sequence * US_PER_MS) / SEQUENCES_PER_MS;
  return seen.reduce((highest, one) => (one >= highest ? one + 1n : highest), version);
}
