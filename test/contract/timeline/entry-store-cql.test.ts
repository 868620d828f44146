import { afterAll, beforeAll, describe } from "vitest";
import { MAX_ID, POST_EPOCH_MS, userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { SHARD_COUNT } from "../../../services/model/shards.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { CqlEntryStore } from "../../../services/timeline/adapters/cql/cql-entry-store.ts";
import { DAY_MS } from "../../../services/timeline/adapters/cql/entry-rows.ts";
import { ENTRY_TABLES } from "../../../services/timeline/adapters/cql/entry-tables.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { type EntryStoreFixture, entryStoreContract } from "./entry-store.contract.ts";

const address = await runningCql();
const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
/** Whose rings the suite reads, without a call that would load them. */
const VIEWERS = [1n, 2n, 3n, 4n, MAX_ID].map(userIdOf);

describe.skipIf(!address)(cqlTitle("entry store", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, ENTRY_TABLES);
  });
  afterAll(() => keyspace?.drop());

  async function open(maxRingEntries: number): Promise<CqlEntryStore> {
    const store = new CqlEntryStore({
      cql: keyspace.cql,
      ownership: { owns: () => true, term: () => 1 },
      limits: { maxRingEntries, maxSlabBytes: 1 << 20 },
      times: {
        // The suite's posts are of the first moments there are, and some of 2058.
        windowMs: systemClock.nowMs() - POST_EPOCH_MS + DAY_MS,
        marginMs: DAY_MS,
        partitionMs: 100 * 365 * DAY_MS,
      },
      clock: systemClock,
    });
    await store.acquire(SHARDS);
    await Promise.all(VIEWERS.map((viewer) => store.load(viewer)));
    return store;
  }

  async function fixture(ringEntries: number): Promise<EntryStoreFixture> {
    const first = await open(ringEntries);
    await first.lapse(VIEWERS);
    return { store: first, restart: () => open(ringEntries), close: () => first.close() };
  }

  entryStoreContract(fixture);
});
