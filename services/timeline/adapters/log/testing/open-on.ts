import type { SimulatedDisk } from "../../../../platform/storage/log/testing/simulated-disk.ts";
import { createLogger } from "../../../../platform/telemetry/logger.ts";
import { EmbeddedEntryStore, type EmbeddedEntryStoreOptions } from "../embedded-entry-store.ts";

/** A store on a simulated disk, with small limits. */
export function openOn(
  disk: SimulatedDisk,
  options: Partial<EmbeddedEntryStoreOptions> = {},
): Promise<EmbeddedEntryStore> {
  return EmbeddedEntryStore.open({
    folder: "/data",
    files: disk,
    log: createLogger("test", "silent"),
    limits: { maxRingEntries: 128, maxSlabBytes: 1 << 20 },
    maxSegmentBytes: 1 << 20,
    snapshotLogBytes: Number.POSITIVE_INFINITY,
    fatal: () => {},
    ...options,
  });
}
