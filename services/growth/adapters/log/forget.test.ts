import { join } from "node:path";
import { expect, test } from "vitest";
import { SimulatedDisk } from "../../../platform/storage/log/testing/simulated-disk.ts";
import { DAY_MS } from "../../domain/figures/days.ts";
import { CHUNK_USERS } from "../../domain/state/columns.ts";
import { eventKeyOf } from "../../domain/state/event-key.ts";
import { GrowthStore } from "../../domain/store/growth-store.ts";
import { findFileJournal } from "./file-journal.ts";

const DAY = 20_000;
/** In a chunk that is full, and in the one that is not. */
const GONE = [1_000, CHUNK_USERS + 5];
const USERS = CHUNK_USERS + 10;
const CHECKPOINT_RECORDS = 20_000;
const MANY = 2 * CHECKPOINT_RECORDS;

const personOf = (user: number) => ({ low: 0x5eed_0000 + user, high: 7 });

async function openOn(files: SimulatedDisk): Promise<GrowthStore> {
  const stored = await findFileJournal({ files, folder: "g", maxSegmentBytes: 100_000 });
  return GrowthStore.open(stored, {
    limits: { maxUsers: USERS + 2 * MANY, maxEvents: 1_000 },
    checkpointRecords: CHECKPOINT_RECORDS,
    nowMs: () => DAY * DAY_MS,
    fatal: (error) => {
      throw error;
    },
  });
}

async function insertMany(store: GrowthStore): Promise<void> {
  for (let i = 0; i < MANY; i++) {
    store.insert({ revenue: 1, referrer: 0, key: undefined });
    if (i % 10_000 === 0) await store.durable();
  }
  await store.durable();
}

async function namedIn(files: SimulatedDisk, user: number): Promise<string[]> {
  const id = Buffer.alloc(8);
  id.writeUInt32LE(personOf(user).low, 0);
  id.writeUInt32LE(personOf(user).high, 4);
  const paths = await Promise.all(
    ["g/blobs", "g/log"].map(async (folder) =>
      (await files.list(folder)).map((name) => join(folder, name)),
    ),
  );
  return paths.flat().filter((path) => files.bytesOf(path).includes(id));
}

test("who was forgotten is in no file any more once checkpoint and log have gone on", async () => {
  const files = new SimulatedDisk();
  let store = await openOn(files);
  const origin = { client: "", device: "", place: "" };
  for (let user = 1; user <= USERS; user++) {
    const key = eventKeyOf(String(user));
    const signUp = { kind: "signed-up", key, day: DAY, person: personOf(user), origin } as const;
    store.record({ ...signUp, revenue: user, referrer: undefined });
    if (user % 10_000 === 0) await store.durable();
  }
  await insertMany(store);
  await store.close();
  store = await openOn(files);
  for (const user of GONE) expect(await namedIn(files, user)).not.toEqual([]);
  for (const user of GONE) expect(store.forget(personOf(user))).toBe(true);
  await store.durable();
  await store.close();
  store = await openOn(files);
  await insertMany(store);
  await store.close();
  for (const user of GONE) expect(await namedIn(files, user)).toEqual([]);
  expect(await namedIn(files, GONE[0] + 1)).toHaveLength(1);
  store = await openOn(files);
  const { people, ledger } = store.state;
  for (const user of GONE) {
    expect(people.userOf(personOf(user))).toBe(0);
    expect(people.userOf(personOf(user + 1))).toBe(user + 1);
    expect(ledger.ownRevenueOf(user)).toBe(user);
  }
  await store.close();
});
