import { keyOf } from "../../../population/hash.ts";

/** A random stream for each use: what one part of the model draws moves no other's draws. */
export const STREAM = {
  ownerSizes: 1,
  syncs: 2,
  hops: 3,
  confirms: 4,
  cqlReads: 5,
  cqlWrites: 6,
  commits: 7,
  gathering: 8,
  relayBackoff: 9,
  busBackoff: 10,
  deaths: 11,
  rejects: 12,
  /** One for posts and the next for chunks. */
  cut: 20,
  laneBackoff: 22,
  laneTimers: 24,
  /** And up: two for each post process. */
  posts: 1_000,
} as const;

const STALLED = ["post", "broker", "cql", "friend", "fanout", "timeline", "disk"] as const;

/** When a tier stalls is a function of this. */
export function stallSeed(seed: number, tier: (typeof STALLED)[number]): number {
  return keyOf(keyOf(seed, 77), STALLED.indexOf(tier));
}
