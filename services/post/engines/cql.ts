import { hostname } from "node:os";
import { openCqlOutbox } from "../../platform/messaging/outbox/open-cql-outbox.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { cqlGrants, ID_GRANT_TABLES } from "../../platform/storage/ids/cql-grants.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { CqlPostStore } from "../adapters/cql/cql-post-store.ts";
import { PostRows } from "../adapters/cql/post-rows.ts";
import { POST_TABLES } from "../adapters/cql/schema.ts";
import type { PostConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One replica of many on ScyllaDB or Cassandra, with an outbox of its own; events go to RabbitMQ. */
export async function openCql(config: PostConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, metrics, random } = deps;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql(config, log), (session) => session.close());
  await migrate(cql, [...POST_TABLES, ...ID_GRANT_TABLES]);
  const grants = cqlGrants(cql, random);
  const started = await startIdSource({ grants, clock, log });
  const ids = opening.adopt(started, (source) => source.close());
  const rabbit = { url: config.amqpUrl, prefix: config.amqpPrefix, clock, random, log };
  const bus = opening.adopt(await connectRabbitBus(rabbit), (connected) => connected.close());
  const rows = new PostRows(cql);
  const { outbox, relay } = opening.adopt(
    await openCqlOutbox({
      cql,
      bus,
      name: "post_outbox",
      holder: `${hostname()}:${process.pid}`,
      complete: (change) => rows.write(change),
      clock,
      random,
      log,
      metrics,
    }),
    (opened) => opened.close(),
  );
  const opened = opening.move();
  return {
    store: new CqlPostStore({ cql, rows, outbox, ids, clock }),
    relay,
    services: [],
    endStreams: async () => {},
    close: () => opened.disposeAsync(),
  };
}
