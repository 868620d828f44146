import { hostname } from "node:os";
import { openCqlOutbox } from "../../platform/messaging/outbox/open-cql-outbox.ts";
import { queuePressure } from "../../platform/messaging/queue-pressure.ts";
import { brokerOf } from "../../platform/messaging/rabbit/config.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { cqlGrants, ID_GRANT_TABLES } from "../../platform/storage/ids/cql-grants.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { CqlPersonStates } from "../../platform/storage/people/cql-person-states.ts";
import { CqlReactionEraser } from "../adapters/cql/cql-reaction-eraser.ts";
import { CqlReactionStore } from "../adapters/cql/cql-reaction-store.ts";
import { takeOverStates } from "../adapters/cql/earlier-states.ts";
import { ReactionReads } from "../adapters/cql/reaction-reads.ts";
import { decodeReactionChange, ReactionRows } from "../adapters/cql/reaction-rows.ts";
import { ENGAGEMENT_TABLES, REACTOR_STATES } from "../adapters/cql/schema.ts";
import type { EngagementConfig } from "../config.ts";
import { withdrawIfGone } from "../domain/withdraw-if-gone.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One replica of many on ScyllaDB or Cassandra, with an outbox of its own; events go to RabbitMQ. */
export async function openCql(config: EngagementConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, metrics, random } = deps;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(
    await connectCql({ ...config, service: "engagement" }, log),
    (session) => session.close(),
  );
  await migrate(cql, [...ENGAGEMENT_TABLES, ...ID_GRANT_TABLES]);
  await takeOverStates(cql);
  const grants = cqlGrants(cql, random);
  const started = await startIdSource({ grants, clock, log });
  const ids = opening.adopt(started, (source) => source.close());
  const rabbit = { service: "engagement", ...brokerOf(config), clock, random, log };
  const bus = opening.adopt(await connectRabbitBus(rabbit), (connected) => connected.close());
  const rows = new ReactionRows(cql, clock);
  const reads = new ReactionReads(cql);
  const eraser = new CqlReactionEraser(cql, rows, reads, clock);
  const states = new CqlPersonStates({ cql, ...REACTOR_STATES, clock });
  const complete = async (bytes: Uint8Array) => {
    const change = decodeReactionChange(bytes);
    await rows.write(change);
    // Its writer died, perhaps before it saw that the person had been hidden meanwhile.
    if (change.isThere) await withdrawIfGone({ states, eraser }, change.row);
  };
  const { outbox, relay } = opening.adopt(
    await openCqlOutbox({
      cql,
      bus,
      name: "engagement_outbox",
      holder: `${hostname()}:${process.pid}`,
      complete,
      clock,
      random,
      log,
      metrics,
    }),
    (opened) => opened.close(),
  );
  const opened = opening.move();
  return {
    store: new CqlReactionStore({ cql, rows, reads, outbox, ids, clock }),
    eraser,
    states,
    ids,
    relay,
    pressure: queuePressure(() => outbox.depth(), clock),
    bus,
    listen: (hear) => bus.listen("reactions", hear),
    services: [],
    endStreams: async () => {},
    close: () => opened.disposeAsync(),
  };
}
