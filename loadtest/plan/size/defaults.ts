import { DEFAULT_RING_ENTRIES } from "../../../services/timeline/domain/rings/ring-memory.ts";
import { MAX_UTILISATION, REPLICAS } from "../../demand/policy.ts";
import type { Policy, UnitBytes } from "./sizing.ts";

/** Assumed, until somebody says otherwise. */
export const POLICY: Policy = {
  maxUtilisation: MAX_UTILISATION,
  replicas: REPLICAS,
  maxDiskUse: 0.6,
  zones: 3,
  keepYears: 3,
  ringEntries: DEFAULT_RING_ENTRIES,
  windowDays: 28,
  indexDays: 2,
  machine: { cores: 16, memoryGiB: 128, diskTiB: 8, networkGbit: 10 },
};

/**
 * Measured: the log by `npm run bench -- entry-store`, the index by `recent-index`; a viewer's friend set is 9
 * bytes a friend and 400. Posts and rows are by `load prefill` on disk, and will differ with compression and
 * compaction. What a stream takes is in the calibration.
 */
export const UNIT_BYTES: Omit<UnitBytes, "stream"> = {
  postBesideText: 100,
  // As if nothing of it could be compressed: prose takes less, as `bench -- text-on-disk-cql` says.
  textOnDisk: 1,
  viewer: 2_110,
  indexedPost: 14.5,
  entryRow: 40,
  logDelivery: 2.03,
};

/** Longest texts: what the design sizes for. */
export const DESIGN_TEXT_BYTES = 1_024;
