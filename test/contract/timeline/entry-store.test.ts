import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { EmbeddedEntryStore } from "../../../services/timeline/adapters/log/embedded-entry-store.ts";
import { type EntryStoreFixture, entryStoreContract } from "./entry-store.contract.ts";

/** Rings over a log on the real file system, with segments and snapshots so small that all happens. */
async function embeddedFixture(maxRingEntries: number): Promise<EntryStoreFixture> {
  const folder = await mkdtemp(join(tmpdir(), "tidings-entries-"));
  const open = () =>
    EmbeddedEntryStore.open({
      folder,
      log: createLogger("test", "silent"),
      limits: { maxRingEntries, maxSlabBytes: 1 << 20 },
      maxSegmentBytes: 500,
      snapshotLogBytes: 2_000,
      snapshotSliceBytes: 1_000,
      fatal: (error) => {
        throw error;
      },
    });
  let store = await open();
  return {
    store,
    restart: async () => {
      await store.close();
      store = await open();
      return store;
    },
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe("entry store, embedded", () => entryStoreContract(embeddedFixture));
