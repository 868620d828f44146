import type { Demand } from "../../demand/demand.ts";
import { streamsAtPeak } from "../../demand/live-streams.ts";
import { visitsADay, visitsAtPeak } from "../../demand/visits.ts";
import type { Planning, Policy } from "../size/sizing.ts";

const AUDIENCE = { authors: [{ friends: 400, share: 1 }], activeShare: 0.5 };
export const demandOf = (dailyUsers: number): Demand => ({
  dailyUsers,
  day: visitsADay(dailyUsers),
  peak: visitsAtPeak(dailyUsers),
  postsPerPage: 20,
  audience: AUDIENCE,
  friendsPerReader: 350,
  activePeople: 2.4 * dailyUsers,
  streams: streamsAtPeak(dailyUsers),
  meanTextBytes: 120,
});
export const POLICY: Policy = {
  maxUtilisation: 0.6,
  replicas: 3,
  maxDiskUse: 0.6,
  zones: 3,
  keepYears: 3,
  ringEntries: 200,
  windowDays: 28,
  indexDays: 2,
  machine: { cores: 16, memoryGiB: 128, diskTiB: 8, networkGbit: 10 },
};
export const COSTS = {
  timeline: { idle: 0.01, each: { stored: 0.4e-6, pages: 80e-6, appendCallsHere: 90e-6 } },
};
export const BYTES = {
  postBesideText: 0,
  textOnDisk: 1,
  viewer: 1_600,
  indexedPost: 15,
  entryRow: 40,
  logDelivery: 2,
  stream: {},
};
const CURVE = { callsAtMost: 400, commitsAtMost: 250 };

/** 50 million daily users, pushed to, unless something else is given. */
export const planningOf = (given: Partial<Planning>): Planning => ({
  delivery: "push",
  demand: demandOf(50e6),
  textBytes: 1_024,
  policy: POLICY,
  costs: COSTS,
  curve: CURVE,
  bytes: BYTES,
  ...given,
});
