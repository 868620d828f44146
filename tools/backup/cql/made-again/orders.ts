import {
  createCqlJournals,
  readJournal,
} from "../../../../services/bookstore/adapters/cql/cql-journals.ts";
import { MAX_SHARDS } from "../../../../services/bookstore/domain/ids.ts";
import { RecordWriter } from "../../../../services/bookstore/domain/records/record-writer.ts";
import { agree } from "../../../../services/bookstore/domain/settling/agree.ts";
import { SharedOrders } from "../../../../services/bookstore/domain/settling/shared-orders.ts";
import { systemClock } from "../../../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../../../services/platform/concurrency/in-parallel.ts";
import type { Cql } from "../../../../services/platform/storage/cql/session.ts";

const JOURNALS_AT_ONCE = 8;
const SHARDS = Array.from({ length: MAX_SHARDS }, (_, shard) => shard);
const NO_SNAPSHOTS = {
  snapshotGroups: Number.POSITIVE_INFINITY,
  snapshotBytes: Number.POSITIVE_INFINITY,
};

/**
 * Journals of shards are copied one after the other, and an order of several shards is in several: what one copy has of
 * it and another has not is completed, or taken back.
 */
export async function completeOrders(cql: Cql, nowMs: number): Promise<void> {
  const journals = createCqlJournals({
    ...{ cql, clock: systemClock, random: Math.random },
    ...NO_SNAPSHOTS,
  });
  const emptyOf = (shard: number) => new SharedOrders({ shard, shardCount: MAX_SHARDS });
  const orders = await inParallel(JOURNALS_AT_ONCE, SHARDS, async (shard) => {
    const read = emptyOf(shard);
    await readJournal(cql, shard, read);
    return read;
  });
  await inParallel(JOURNALS_AT_ONCE, agree(orders, nowMs), async ([shard, tells]) => {
    const journal = await journals.open(shard, emptyOf(shard));
    const records = new RecordWriter(journal.headerBytes);
    for (const tell of tells) tell(records);
    await journal.append(records.view());
  });
}
