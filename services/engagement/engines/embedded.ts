import { join } from "node:path";
import { connect } from "../../platform/grpc/client/client.ts";
import { pendingMessages } from "../../platform/messaging/bus-gauges.ts";
import { eventService } from "../../platform/messaging/embedded/event-service.ts";
import { openLocalBus } from "../../platform/messaging/embedded/open-local-bus.ts";
import { connectRemoteBus } from "../../platform/messaging/embedded/remote-bus.ts";
import { LmdbOutbox } from "../../platform/messaging/outbox/lmdb-outbox.ts";
import { startRelay } from "../../platform/messaging/outbox/relay.ts";
import { queuePressure } from "../../platform/messaging/queue-pressure.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { lmdbGrants } from "../../platform/storage/ids/lmdb-grants.ts";
import { openLmdb } from "../../platform/storage/lmdb/open.ts";
import { reportDamage } from "../../platform/storage/lmdb/report-damage.ts";
import { LmdbPersonStates } from "../../platform/storage/people/lmdb-person-states.ts";
import { LmdbReactionEraser } from "../adapters/lmdb/lmdb-reaction-eraser.ts";
import { LmdbReactionStore } from "../adapters/lmdb/lmdb-reaction-store.ts";
import { ReactionTables } from "../adapters/lmdb/reaction-tables.ts";
import type { EngagementConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One LMDB environment for reactions, their outbox and the topic "reactions". */
export async function openEmbedded(config: EngagementConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, metrics, credentials, random } = deps;
  const toPost = { log, credentials, to: "post" };
  await using opening = new AsyncDisposableStack();
  const onDamage = reportDamage(log, metrics);
  const lmdb = opening.adopt(
    openLmdb(join(config.dataDir, "engagement"), { ...deps.lmdb, onDamage }),
    (env) => env.close(),
  );
  const grants = lmdbGrants(lmdb, () => 0);
  const started = await startIdSource({ grants, clock, log });
  const ids = opening.adopt(started, (source) => source.close());
  const outbox = new LmdbOutbox(lmdb);
  const own = openLocalBus(lmdb, { topics: ["reactions"] }, deps);
  const relay = startRelay({ outbox, bus: own, clock, log, metrics, random });
  const channel = opening.adopt(connect(config.postAddresses, toPost), (one) => one.close());
  const posts = { channel, topics: ["posts"], queues: ["dead-letters"] } as const;
  const bus = opening.adopt(connectRemoteBus([posts], { log }), (one) => one.close());
  const tables = new ReactionTables(lmdb);
  const states = new LmdbPersonStates({
    ...{ lmdb, clock },
    table: lmdb.table("person-states"),
    changes: lmdb.table("person-changes"),
    as: "engagement",
  });
  const opened = opening.move();
  return {
    store: new LmdbReactionStore({ lmdb, outbox, ids, clock }, tables),
    eraser: new LmdbReactionEraser(lmdb, tables, states),
    states,
    ids,
    relay,
    pressure: queuePressure(() => pendingMessages(own), clock),
    bus,
    services: [eventService(own)],
    endStreams: async () => {
      await relay.close();
      await own.close();
    },
    close: () => opened.disposeAsync(),
  };
}
