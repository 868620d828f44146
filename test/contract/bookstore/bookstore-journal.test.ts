import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCqlJournals } from "../../../services/bookstore/adapters/cql/cql-journals.ts";
import { JOURNAL_TABLES } from "../../../services/bookstore/adapters/cql/journal-tables.ts";
import { openFileJournals } from "../../../services/bookstore/adapters/log/file-journals.ts";
import { snapshotOf } from "../../../services/bookstore/domain/shard/snapshot.ts";
import { present } from "../../../services/model/invariant.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import type { CasAnswer, Cql } from "../../../services/platform/storage/cql/session.ts";
import { changedCql } from "../../support/engines/changed-cql.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { JournaledShard, journalContract } from "./bookstore-journal.contract.ts";

journalContract("files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-journal-"));
  return {
    start: () => openFileJournals({ folder, snapshotLogBytes: 1_000, maxSegmentBytes: 500 }),
    remove: () => rm(folder, { recursive: true }),
  };
});

const address = await runningCql();
const CQL_OPTIONS = { clock: systemClock, random: Math.random };
const journalsOf = (cql: Cql) =>
  createCqlJournals({ ...CQL_OPTIONS, cql, snapshotGroups: 10, snapshotBytes: 1e6 });

if (address) {
  journalContract("CQL", async () => {
    const keyspace = await freshKeyspace(address);
    await migrate(keyspace.cql, JOURNAL_TABLES);
    return { start: async () => journalsOf(keyspace.cql), remove: keyspace.drop };
  });
}

/** A session whose next conditional write ends as `next` says. */
function faulty(cql: Cql) {
  const faults: ("lost" | "answer-lost")[] = [];
  const cas = async (...[query, values]: Parameters<Cql["cas"]>): Promise<CasAnswer> => {
    const fault = faults.shift();
    if (fault !== "lost") {
      const answer = await cql.cas(query, values);
      if (fault === undefined) return answer;
    }
    return { kind: "unknown", cause: new Error(fault) };
  };
  return { faults, cql: changedCql(cql, { cas }) };
}

describe.skipIf(!address)(cqlTitle("a journal whose writes have unknown outcomes", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, JOURNAL_TABLES);
  });
  afterAll(() => keyspace.drop());

  it.each([["lost" as const], ["answer-lost" as const]])(
    "%s: the group stands, once",
    async (fault) => {
      const { cql, faults } = faulty(keyspace.cql);
      const number = fault === "lost" ? 1 : 2;
      const opened = await JournaledShard.open(journalsOf(cql), number);
      await opened.setPrice(1);
      faults.push(fault, fault);
      await opened.setPrice(2);
      await opened.setPrice(3);
      const again = await JournaledShard.open(journalsOf(keyspace.cql), number);
      expect(again.price).toBe(3);
    },
  );

  it("ends for whoever had it open when another opens it, who has all that was answered", async () => {
    const first = await JournaledShard.open(journalsOf(keyspace.cql), 3);
    await first.setPrice(1);
    const second = await JournaledShard.open(journalsOf(keyspace.cql), 3);
    expect(second.price).toBe(1);
    await expect(first.setPrice(2)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await second.setPrice(3);
    await expect(first.setPrice(4)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const third = await JournaledShard.open(journalsOf(keyspace.cql), 3);
    expect(third.price).toBe(3);
  });

  it("does not lose a group to a snapshot of an earlier owner", async () => {
    const first = await JournaledShard.open(journalsOf(keyspace.cql), 4);
    for (let price = 1; price <= 3; price++) await first.setPrice(price);
    const second = await JournaledShard.open(journalsOf(keyspace.cql), 4);
    await second.setPrice(4);
    await second.journal.writeSnapshot(snapshotOf(second.state));
    await expect(first.journal.writeSnapshot(snapshotOf(first.state))).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect((await JournaledShard.open(journalsOf(keyspace.cql), 4)).price).toBe(4);
  });
});
