import { join } from "node:path";
import { openOwnStore } from "../adapters/log/folder/open-own-store.ts";
import { createStaticOwnership } from "../adapters/static/static-ownership.ts";
import type { TimelineConfig } from "../config.ts";
import type { EntryStore } from "../ports.ts";
import type { Engine, EngineDeps } from "./engine.ts";

const MIB = 1_024 * 1_024;
const MAX_SEGMENT_BYTES = 64 * MIB;
const SNAPSHOT_LOG_BYTES = 128 * MIB;

/** Rings over a log of this process's own. A disk that fails ends it: memory may hold too
 * much then. One that is full is waited for. */
export async function openEmbedded(config: TimelineConfig, deps: EngineDeps): Promise<Engine> {
  const { dataDir, index, addresses } = config;
  const place = { index, count: addresses.length };
  const { store, close } = await openOwnStore(join(dataDir, "timeline"), place, {
    log: deps.log,
    limits: { maxRingEntries: config.ringEntries, maxSlabBytes: config.slabMib * MIB },
    maxSegmentBytes: MAX_SEGMENT_BYTES,
    snapshotLogBytes: SNAPSHOT_LOG_BYTES,
    fatal: (error) => {
      queueMicrotask(() => {
        throw error;
      });
    },
  });
  return { ...staticEngine(config, deps, store), close };
}

/** Shards that never move, over any store. */
export function staticEngine(
  config: TimelineConfig,
  { boundAddress }: Pick<EngineDeps, "boundAddress">,
  store: EntryStore,
): Engine {
  const addresses = () => {
    const bound = boundAddress();
    const isOnlyOne = config.port === 0 && config.addresses.length === 1;
    return isOnlyOne && bound !== undefined ? [bound] : config.addresses;
  };
  return {
    store,
    ownership: createStaticOwnership(addresses, config.index),
    join: async () => {},
    leave: async () => {},
    close: () => store.close(),
  };
}
