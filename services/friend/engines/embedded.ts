import { join } from "node:path";
import { pendingMessages } from "../../platform/messaging/bus-gauges.ts";
import { eventService } from "../../platform/messaging/embedded/event-service.ts";
import { openLocalBus } from "../../platform/messaging/embedded/open-local-bus.ts";
import { LmdbOutbox } from "../../platform/messaging/outbox/lmdb-outbox.ts";
import { startRelay } from "../../platform/messaging/outbox/relay.ts";
import { queuePressure } from "../../platform/messaging/queue-pressure.ts";
import { openLmdb } from "../../platform/storage/lmdb/open.ts";
import { reportDamage } from "../../platform/storage/lmdb/report-damage.ts";
import { LmdbPersonStates } from "../../platform/storage/people/lmdb-person-states.ts";
import { LmdbFriendStore } from "../adapters/lmdb/lmdb-friend-store.ts";
import { lmdbPulledRows } from "../adapters/lmdb/lmdb-pulled-rows.ts";
import { lmdbUntoldChanges } from "../adapters/lmdb/lmdb-untold-changes.ts";
import type { FriendConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One LMDB environment for the graph, its outbox and the topics "edges" and "people", which others subscribe here. */
export async function openEmbedded(config: FriendConfig, deps: EngineDeps): Promise<Engine> {
  const onDamage = reportDamage(deps.log, deps.metrics);
  const lmdb = openLmdb(join(config.dataDir, "friend"), { onDamage });
  const outbox = new LmdbOutbox(lmdb);
  const bus = openLocalBus(lmdb, { topics: ["edges", "people"] }, deps);
  const relay = startRelay({ outbox, bus, ...deps });
  return {
    store: new LmdbFriendStore({ lmdb, outbox, clock: deps.clock }),
    pulledRows: lmdbPulledRows(lmdb),
    untold: lmdbUntoldChanges(lmdb, deps.clock),
    people: new LmdbPersonStates({
      ...{ lmdb, clock: deps.clock },
      table: lmdb.table("person-states"),
      changes: lmdb.table("person-changes"),
      as: "friend",
    }),
    relay,
    pressure: queuePressure(() => pendingMessages(bus), deps.clock),
    services: [eventService(bus)],
    endStreams: async () => {
      await relay.close();
      await bus.close();
    },
    close: () => lmdb.close(),
  };
}
