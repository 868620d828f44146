import { hostname } from "node:os";
import { openCqlOutbox } from "../../platform/messaging/outbox/open-cql-outbox.ts";
import { queuePressure } from "../../platform/messaging/queue-pressure.ts";
import { brokerOf } from "../../platform/messaging/rabbit/config.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { cqlGrants, ID_GRANT_TABLES } from "../../platform/storage/ids/cql-grants.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { LeaseRows } from "../../platform/storage/leases/lease-rows.ts";
import { CqlPersonStates } from "../../platform/storage/people/cql-person-states.ts";
import { CqlFriendStore } from "../adapters/cql/cql-friend-store.ts";
import { cqlPulledRows, PULLED_TABLES } from "../adapters/cql/cql-pulled-rows.ts";
import { cqlUntoldChanges } from "../adapters/cql/lists/cql-untold-changes.ts";
import { CqlListRows } from "../adapters/cql/lists/list-rows.ts";
import { announcingHolder, OlderWriters } from "../adapters/cql/lists/older-writers.ts";
import { PackedLists } from "../adapters/cql/lists/packed-lists.ts";
import { completeChange, PairChanges } from "../adapters/cql/pair-changes.ts";
import { CqlPairRows } from "../adapters/cql/pair-rows.ts";
import { CqlPartRows } from "../adapters/cql/parts/cql-part-rows.ts";
import { FriendCounts } from "../adapters/cql/parts/friend-counts.ts";
import { FriendList } from "../adapters/cql/parts/friend-list.ts";
import { RelationRows } from "../adapters/cql/relation-rows.ts";
import { FRIEND_STATES, FRIEND_TABLES } from "../adapters/cql/schema.ts";
import type { FriendConfig } from "../config.ts";
import { LIST_LIMITS } from "../domain/bounds.ts";
import type { Engine, EngineDeps } from "./engine.ts";

const OUTBOX = "friend_outbox";

/** One replica of many on ScyllaDB or Cassandra, with an outbox of its own; events go to RabbitMQ. */
export async function openCql(config: FriendConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock } = deps;
  const random = Math.random;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "friend" }, log), (session) =>
    session.close(),
  );
  await migrate(cql, [...FRIEND_TABLES, ...PULLED_TABLES, ...ID_GRANT_TABLES]);
  const grants = cqlGrants(cql, random);
  const ids = opening.adopt(await startIdSource({ grants, ...deps }), (source) => source.close());
  const rabbit = { service: "friend", ...brokerOf(config), log, clock };
  const bus = opening.adopt(await connectRabbitBus(rabbit), (connected) => connected.close());
  const relations = new RelationRows(cql);
  const listRows = new CqlListRows(cql, clock);
  const parts = new CqlPartRows(cql, listRows);
  const counts = new FriendCounts(cql, parts);
  const rows = new CqlPairRows(cql, relations, parts, counts);
  const { outbox, relay } = opening.adopt(
    await openCqlOutbox({
      cql,
      bus,
      name: OUTBOX,
      holder: announcingHolder(`${hostname()}:${process.pid}`),
      complete: (change) => completeChange(rows, change),
      random,
      ...deps,
    }),
    (opened) => opened.close(),
  );
  const changes = new PairChanges({ rows, outbox, ids, limits: LIST_LIMITS });
  const leases = new LeaseRows(cql, OUTBOX);
  const olderWriters = opening.adopt(new OlderWriters({ leases, ...deps }), (one) => one.close());
  await olderWriters.start();
  const edges = new FriendList(cql, parts);
  const listDeps = { rows: listRows, edges, olderWriters, clock };
  const lists = opening.adopt(new PackedLists(listDeps), (one) => one.settle());
  const opened = opening.move();
  return {
    store: new CqlFriendStore({ lists, listRows, edges, counts, relations, changes }),
    pulledRows: cqlPulledRows(cql),
    untold: cqlUntoldChanges(cql, clock),
    people: new CqlPersonStates({ cql, ...FRIEND_STATES, clock }),
    relay,
    pressure: queuePressure(() => outbox.depth(), clock),
    services: [],
    endStreams: async () => {},
    close: () => opened.disposeAsync(),
  };
}
