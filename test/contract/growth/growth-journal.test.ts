import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCqlJournal } from "../../../services/growth/adapters/cql/cql-journal.ts";
import { BUCKET_FRAMES } from "../../../services/growth/adapters/cql/log-rows.ts";
import { GROWTH_TABLES } from "../../../services/growth/adapters/cql/schema.ts";
import { findFileJournal } from "../../../services/growth/adapters/log/file-journal.ts";
import { present } from "../../../services/model/invariant.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { SimulatedDisk } from "../../../services/platform/storage/log/testing/simulated-disk.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { growthJournalContract } from "./growth-journal.contract.ts";

const address = await runningCql();

describe("growth journal, files", () => {
  growthJournalContract(async () => {
    const files = new SimulatedDisk();
    return { find: () => findFileJournal({ files, folder: "growth", maxSegmentBytes: 100 }) };
  });

  it("does not start on a blob that was changed, and says which", async () => {
    const files = new SimulatedDisk();
    const find = () => findFileJournal({ files, folder: "growth", maxSegmentBytes: 100 });
    const journal = await (await find()).replay(() => {});
    await journal.writeBlob("users-0-1", Buffer.from("content"));
    const bytes = Buffer.from(files.bytesOf("growth/blobs/users-0-1"));
    bytes[9] ^= 1;
    files.setBytes("growth/blobs/users-0-1", bytes);
    await expect((await find()).readBlob("users-0-1")).rejects.toThrow("users-0-1 is damaged");
  });
});

describe.skipIf(!address)(cqlTitle("growth journal", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  let processes = 0;

  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, GROWTH_TABLES);
  });
  afterAll(() => keyspace.drop());

  const empty = async () => {
    for (const { table } of GROWTH_TABLES) await keyspace.cql.run(`TRUNCATE ${table}`, []);
    return { find: () => findCqlJournal(keyspace.cql, `process-${++processes}`, systemClock) };
  };

  growthJournalContract(empty);

  it("ends the older of two processes at its next frame, and loses nothing it acknowledged", async () => {
    const place = await empty();
    const older = await (await place.find()).replay(() => {});
    await older.append(Buffer.from("acknowledged"));
    const found: string[] = [];
    const younger = await (await place.find()).replay((bytes, from, to) => {
      found.push(bytes.toString("utf8", from, to));
    });
    expect(found).toEqual(["acknowledged"]);
    await expect(older.append(Buffer.from("late"))).rejects.toThrow(
      "taken the growth journal over",
    );
    await younger.append(Buffer.from("next"));
    await younger.checkpoint({
      position: younger.position,
      users: 0,
      eventsFrom: 0,
      events: 0,
      today: 0,
      feed: [],
      blobs: [],
    });
    await expect(older.append(Buffer.from("later"))).rejects.toThrow();
  });

  it("goes on from partition to partition, and removes those it needs no more", async () => {
    const place = await empty();
    const journal = await (await place.find()).replay(() => {});
    for (let i = 0; i < BUCKET_FRAMES + 5; i++) await journal.append(Buffer.from(String(i)));
    const manifest = { users: 0, eventsFrom: 0, events: 0, today: 0, feed: [], blobs: [] };
    await journal.checkpoint({ ...manifest, position: BUCKET_FRAMES + 2 });
    const rows = await keyspace.cql.run("SELECT seq FROM growth_log WHERE bucket = 0", []);
    expect(rows).toEqual([]);
    const found: string[] = [];
    await (await place.find()).replay((bytes, from, to) => {
      found.push(bytes.toString("utf8", from, to));
    });
    expect(found).toEqual(["502", "503", "504"]);
  });
});
