import { join } from "node:path";
import { eventService } from "../../platform/messaging/embedded/event-service.ts";
import { openLocalBus } from "../../platform/messaging/embedded/open-local-bus.ts";
import { openLmdb } from "../../platform/storage/lmdb/open.ts";
import { LmdbJobStore } from "../adapters/lmdb/lmdb-job-store.ts";
import type { ErasureConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** Jobs, and the topic "erasures", in an LMDB environment of this process's own. */
export async function openEmbedded({ dataDir }: ErasureConfig, deps: EngineDeps): Promise<Engine> {
  const lmdb = openLmdb(join(dataDir, "erasure"));
  const bus = openLocalBus(lmdb, { topics: ["erasures"] }, deps);
  const jobs = new LmdbJobStore(lmdb);
  await jobs.takeOver();
  return {
    jobs,
    bus,
    services: [eventService(bus)],
    endStreams: () => bus.close(),
    close: () => lmdb.close(),
  };
}
