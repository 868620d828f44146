import { join } from "node:path";
import { postTimeMs } from "../../model/ids.ts";
import { GAUGES, HISTOGRAMS } from "../../model/metrics.ts";
import { pendingMessages } from "../../platform/messaging/bus-gauges.ts";
import { eventService } from "../../platform/messaging/embedded/event-service.ts";
import { openLocalBus } from "../../platform/messaging/embedded/open-local-bus.ts";
import { LmdbOutbox } from "../../platform/messaging/outbox/lmdb-outbox.ts";
import { startRelay } from "../../platform/messaging/outbox/relay.ts";
import { queuePressure } from "../../platform/messaging/queue-pressure.ts";
import { WORK_QUEUES } from "../../platform/messaging/topics.ts";
import { startIdSource } from "../../platform/storage/ids/id-source.ts";
import { lmdbGrants } from "../../platform/storage/ids/lmdb-grants.ts";
import { openLmdb } from "../../platform/storage/lmdb/open.ts";
import { reportDamage } from "../../platform/storage/lmdb/report-damage.ts";
import { LmdbPersonStates } from "../../platform/storage/people/lmdb-person-states.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import { openLmdbPostLog } from "../adapters/lmdb/lmdb-post-log.ts";
import { LmdbPostStore } from "../adapters/lmdb/lmdb-post-store.ts";
import { PostTables } from "../adapters/lmdb/post-tables.ts";
import type { PostConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

const DAY_MS = 86_400_000;

/** One LMDB environment for the posts, their outbox, the topic "posts" and the queues of the fan-out. */
export async function openEmbedded(config: PostConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, metrics, random, onPublished, onLogged } = deps;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const onCommit = commitHistogram(metrics);
  const onDamage = reportDamage(log, metrics);
  const lmdb = opening.adopt(
    openLmdb(join(config.dataDir, "post"), { ...deps.lmdb, onCommit, onDamage }),
    (env) => env.close(),
  );
  const tables = new PostTables(lmdb);
  const grants = lmdbGrants(lmdb, () => newestTimeMs(tables));
  const started = await startIdSource({ grants, clock, log });
  const ids = opening.adopt(started, (source) => source.close());
  const outbox = new LmdbOutbox(lmdb);
  const postLog = await openLmdbPostLog({
    ...{ lmdb, tables, clock, random },
    keptMs: config.logKeptMs,
    onWritten: onLogged,
  });
  const bus = openLocalBus(lmdb, { topics: ["posts"], queues: WORK_QUEUES }, deps);
  const relay = startRelay({
    ...{ outbox, bus, onPublished, clock, log, metrics, random },
    tracing: metrics.tracer && { tracer: metrics.tracer, system: "tidings" },
  });
  metrics.gauge(GAUGES.storedPosts, () => tables.count());
  const store = new LmdbPostStore({ lmdb, tables, outbox, log: postLog, ids, clock });
  const stopping = new AbortController();
  const expiring = expireDaily(tables, deps, stopping.signal);
  opening.defer(async () => {
    stopping.abort();
    await expiring;
  });
  const opened = opening.move();
  return {
    store,
    eraser: store,
    states: new LmdbPersonStates({
      ...{ lmdb, clock },
      table: lmdb.table("author-states"),
      changes: lmdb.table("person-changes"),
      as: "author",
    }),
    postLog,
    ids,
    relay,
    pressure: queuePressure(() => pendingMessages(bus), clock),
    services: [eventService(bus)],
    endStreams: async () => {
      await relay.close();
      await bus.close();
    },
    close: () => opened.disposeAsync(),
  };
}

/** When the newest post was stamped, Unix ms; 0 when there is none. */
function newestTimeMs(tables: PostTables): number {
  const newest = tables.newest();
  return newest === 0n ? 0 : postTimeMs(newest);
}

/** Old posts leave at the start, and once a day. */
async function expireDaily(tables: PostTables, { log, clock }: EngineDeps, signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      const count = await tables.expire();
      if (count > 0) log.info({ count }, "posts older than three years were dropped");
    } catch (err) {
      log.error({ err }, "old posts could not be dropped; tried again tomorrow");
    }
    await clock.delay(DAY_MS, signal).catch(() => {});
  }
}

/** How much shares one sync: the more, the less CPU a post costs. */
function commitHistogram(metrics: Metrics): (writes: number) => void {
  const series = metrics.histogram(HISTOGRAMS.commitWrites).series();
  return (writes) => series.observe(writes);
}
