import { join } from "node:path";
import { eventService } from "../../platform/messaging/embedded/event-service.ts";
import { openLocalBus } from "../../platform/messaging/embedded/open-local-bus.ts";
import { LmdbOutbox } from "../../platform/messaging/lmdb-outbox.ts";
import { startRelay } from "../../platform/messaging/relay.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { lmdbGrants } from "../../platform/storage/ids/lmdb-grants.ts";
import { type LmdbOptions, openLmdb } from "../../platform/storage/lmdb/open.ts";
import { LmdbPostStore } from "../adapters/lmdb/lmdb-post-store.ts";
import type { PostConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One LMDB environment for the posts, their outbox and the queues that the fan-out consumes here. */
export async function openEmbedded(
  config: PostConfig,
  deps: EngineDeps & { readonly lmdb?: LmdbOptions | undefined },
): Promise<Engine> {
  const lmdb = openLmdb(join(config.dataDir, "post"), deps.lmdb);
  const ids = await startIdSource({ grants: lmdbGrants(lmdb), ...deps });
  const outbox = new LmdbOutbox(lmdb);
  const bus = openLocalBus(lmdb, ["posts", "chunks", "dead-letters"], deps);
  const relay = startRelay({ outbox, bus, ...deps });
  return {
    store: new LmdbPostStore({ lmdb, outbox, ids, clock: deps.clock }),
    relay,
    services: [eventService(bus)],
    closeBus: async () => {
      await relay.close();
      await bus.close();
    },
    closeStore: async () => {
      await ids.close();
      await lmdb.close();
    },
  };
}
