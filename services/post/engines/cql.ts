import { hostname } from "node:os";
import { COUNTERS } from "../../model/metrics.ts";
import { openCqlOutbox } from "../../platform/messaging/outbox/open-cql-outbox.ts";
import { queuePressure } from "../../platform/messaging/queue-pressure.ts";
import { brokerOf } from "../../platform/messaging/rabbit/config.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { cqlGrants, ID_GRANT_TABLES } from "../../platform/storage/ids/cql-grants.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { CqlPersonStates } from "../../platform/storage/people/cql-person-states.ts";
import { CqlPostStore } from "../adapters/cql/cql-post-store.ts";
import {
  beginPostLog,
  bucketAt,
  POST_LOG_TABLES,
  PostLogRows,
} from "../adapters/cql/post-log-rows.ts";
import { PostRows } from "../adapters/cql/post-rows.ts";
import { AUTHOR_STATES, POST_TABLES } from "../adapters/cql/schema.ts";
import type { PostConfig } from "../config.ts";
import { openPostCache } from "../domain/cache/open-post-cache.ts";
import { LogWriter } from "../domain/log-writer.ts";
import { changeOf } from "../domain/post-events.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One replica of many on ScyllaDB or Cassandra, with an outbox of its own; events go to RabbitMQ. */
export async function openCql(config: PostConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, metrics, random, onPublished, onLogged } = deps;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "post" }, log), (session) =>
    session.close(),
  );
  await migrate(cql, [...POST_TABLES, ...POST_LOG_TABLES, ...ID_GRANT_TABLES]);
  await beginPostLog(cql, clock);
  const grants = cqlGrants(cql, random);
  const started = await startIdSource({ grants, clock, log });
  const ids = opening.adopt(started, (source) => source.close());
  const rabbit = {
    service: "post",
    ...brokerOf(config),
    clock,
    random,
    log,
  };
  const bus = opening.adopt(await connectRabbitBus(rabbit), (connected) => connected.close());
  const rows = new PostRows(cql);
  const reads = metrics.counter(COUNTERS.postLogReads).series();
  const postLog = new PostLogRows(cql, {
    clock,
    keptSeconds: Math.ceil(config.logKeptMs / 1_000),
    onReads: (count) => reads.add(count),
  });
  const writer = new LogWriter({
    enlist: (generation, bucket) => postLog.enlist(generation, bucket),
    insert: (...row) => postLog.insert(...row),
    onWritten: onLogged,
    bucketAt,
    clock,
  });
  const { outbox, relay } = opening.adopt(
    await openCqlOutbox({
      cql,
      bus,
      onPublished,
      tracing: metrics.tracer && { tracer: metrics.tracer, system: "rabbitmq" },
      name: "post_outbox",
      holder: `${hostname()}:${process.pid}`,
      complete: (change) => rows.write(change),
      record: (generation, items) => writer.write(generation, items.map(changeOf)),
      clock,
      random,
      log,
      metrics,
    }),
    (opened) => opened.close(),
  );
  const cache = openPostCache(opening, config.cacheMiB, { postLog, clock, log, metrics });
  const store = new CqlPostStore({ cql, rows, outbox, ids, clock, cache });
  const opened = opening.move();
  return {
    store,
    eraser: store,
    states: new CqlPersonStates({ cql, ...AUTHOR_STATES, clock }),
    postLog,
    ids,
    relay,
    pressure: queuePressure(() => outbox.depth(), clock),
    services: [],
    endStreams: async () => {},
    close: () => opened.disposeAsync(),
  };
}
