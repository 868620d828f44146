import { join } from "node:path";
import { postIdOf, userIdOf } from "../../services/model/ids.ts";
import { SHARD_COUNT } from "../../services/model/shards.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../services/platform/telemetry/metrics.ts";
import { openOwnStore } from "../../services/timeline/adapters/log/folder/open-own-store.ts";
import type { OwnerPlace } from "../../services/timeline/adapters/log/folder/own-folder.ts";
import { readTimelineConfig } from "../../services/timeline/config.ts";
import { openCql } from "../../services/timeline/engines/cql.ts";
import type { EntryStore } from "../../services/timeline/ports.ts";
import type { Delivery } from "./deliveries.ts";
import type { PrefillEngine } from "./manifest.ts";
import { until } from "./until.ts";
import type { OwnerSlice, Viewers } from "./viewers.ts";

const log = createLogger("prefill", "silent");
const MIB = 1_024 * 1_024;
/** As services/timeline/engines/embedded.ts: a service that starts on it reads as much log as ever. */
const MAX_SEGMENT_BYTES = 64 * MIB;
const SNAPSHOT_LOG_BYTES = 128 * MIB;
const OWNERS_BOUND_MS = 60_000;
/** Changes of state: those in a log share a sync, those in a database go each its own way. */
const STATES_IN_FLIGHT = { embedded: 4_096, cql: 256 } as const satisfies Record<
  PrefillEngine,
  number
>;
/** Calls of appends on their way. */
const APPENDS_IN_FLIGHT = 8;
/** Nobody wrote before the first of the days that are filled in: complete down to the lowest id. */
const BEFORE_ALL = postIdOf(1n);

/** The entry stores of a slice, opened here while no service runs on them: appends without a call each. */
export interface TimelineStores extends AsyncDisposable {
  /** Makes each timeline durably active, complete and empty. */
  activate(viewers: Viewers, onActive: (more: number) => void): Promise<void>;
  /** In order; all entries must be new. */
  append(deliveries: Iterable<Delivery>, onAppended: (more: number) => void): Promise<void>;
}

/** `env`: as the services will run with. */
export async function openTimelineStores(
  engine: PrefillEngine,
  dataDir: string,
  { owners, timelines }: OwnerSlice,
  env: Readonly<Record<string, string>>,
): Promise<TimelineStores> {
  await using opening = new AsyncDisposableStack();
  const stores: EntryStore[] = [];
  for (let index = 0; index < timelines; index++) {
    const opened =
      engine === "cql"
        ? openCqlStore(env)
        : openEmbeddedStore(dataDir, { index, count: owners }, env);
    const { store } = opening.adopt(await opened, ({ close }) => close());
    stores.push(store);
  }
  const opened = opening.move();
  return {
    activate: async ({ processOf }, onActive) => {
      await inParallel(STATES_IN_FLIGHT[engine], viewersIn(processOf), async (viewer) => {
        const store = stores[processOf[viewer] - 1];
        const id = userIdOf(viewer);
        if (store.state(id).kind !== "inactive") {
          throw new Error(`Viewer ${viewer} has a timeline already: the store must be new.`);
        }
        await store.activate(id);
        await store.complete(id, BEFORE_ALL);
        onActive(1);
      });
    },
    append: async (deliveries, onAppended) => {
      await inParallel(APPENDS_IN_FLIGHT, deliveries, async ({ process, batch, entries }) => {
        const { appended } = await stores[process].append(batch);
        if (appended !== entries) {
          throw new Error(`Of ${entries} entries only ${appended} were new and taken.`);
        }
        onAppended(entries);
      });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function* viewersIn(processOf: Uint8Array): Generator<number> {
  for (let viewer = 1; viewer < processOf.length; viewer++) if (processOf[viewer] > 0) yield viewer;
}

async function openEmbeddedStore(
  dataDir: string,
  place: OwnerPlace,
  env: Readonly<Record<string, string>>,
) {
  const { ringEntries, slabMib } = readTimelineConfig(env);
  return openOwnStore(join(dataDir, "timeline"), place, {
    log,
    limits: { maxRingEntries: ringEntries, maxSlabBytes: slabMib * MIB },
    maxSegmentBytes: MAX_SEGMENT_BYTES,
    snapshotLogBytes: SNAPSHOT_LOG_BYTES,
    // What was not written is told to whoever waits for it.
    fatal: () => {},
  });
}

async function openCqlStore(env: Readonly<Record<string, string>>) {
  const config = readTimelineConfig({ ...process.env, ...env });
  const metrics = createMetrics("prefill");
  const deps = { log, metrics, clock: systemClock, boundAddress: () => undefined };
  const { store, ownership, join: own, close } = await openCql(config, deps);
  try {
    await own({ took: () => {}, moved: () => {} });
    await until(OWNERS_BOUND_MS, () =>
      ownership.ownsAll() ? undefined : `not all of ${SHARD_COUNT} shards could be taken over`,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { store, close };
}
