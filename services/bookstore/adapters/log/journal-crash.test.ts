import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../platform/storage/log/testing/random.ts";
import { SimulatedDisk } from "../../../platform/storage/log/testing/simulated-disk.ts";
import { RecordWriter } from "../../domain/records/record-writer.ts";
import { ShardState } from "../../domain/shard/shard-state.ts";
import { snapshotOf } from "../../domain/shard/snapshot.ts";
import { bookNumber } from "../../testing/books.ts";
import { openFileJournals } from "./file-journals.ts";

const BOOK = bookNumber(1);
const GROUPS = 12;

/** Opens the journal on this disk; gives the state that it tells, and the way to write on. */
async function open(files: SimulatedDisk) {
  const options = { folder: "store", files, snapshotLogBytes: 120, maxSegmentBytes: 150 };
  const journals = await openFileJournals(options);
  const state = new ShardState({ shard: 0, shardCount: 1 });
  const journal = await journals.open(0, state);
  return { state, journal };
}

/** Writes groups until the disk dies; resolves to how many were acknowledged. */
async function writeUntilDeath(files: SimulatedDisk): Promise<number> {
  let acknowledged = 0;
  try {
    const { state, journal } = await open(files);
    for (let group = state.books.get(BOOK)?.priceCents ?? 0; group < GROUPS; group++) {
      const records = new RecordWriter(journal.headerBytes);
      for (const to of [records, state]) {
        if (group === 0) {
          to.bookAdded({ bookId: BOOK, title: "T", author: "A", priceCents: 1, copies: 1 });
        } else to.priceSet(BOOK, group + 1);
      }
      await journal.append(records.view());
      acknowledged = group + 1;
      if (journal.isSnapshotDue()) await journal.writeSnapshot(snapshotOf(state));
    }
  } catch {
    // The disk has died: everything after is for the next process.
  }
  return acknowledged;
}

describe("the journal in files", () => {
  it("has all that was acknowledged, and no group by halves, wherever the power fails", async () => {
    const whole = new SimulatedDisk();
    expect(await writeUntilDeath(whole)).toBe(GROUPS);
    for (let diesAt = 1; diesAt <= whole.operations; diesAt++) {
      for (const seed of [1, 2, 3]) {
        const disk = new SimulatedDisk();
        disk.diesAt = diesAt;
        const acknowledged = await writeUntilDeath(disk);
        const survivor = disk.afterPowerFailure(seededRandom(seed * 1_000 + diesAt));
        const { state } = await open(survivor);
        const groups = state.books.get(BOOK)?.priceCents ?? 0;
        // One more may be there: written, and not yet acknowledged.
        expect([acknowledged, acknowledged + 1]).toContain(groups);
        expect(await writeUntilDeath(survivor)).toBe(groups === GROUPS ? 0 : GROUPS);
      }
    }
  });

  it("with a changed byte in the middle is refused, not read as something else", async () => {
    const disk = new SimulatedDisk();
    const { journal } = await open(disk);
    for (let group = 1; group <= 3; group++) {
      const records = new RecordWriter(journal.headerBytes);
      records.timeStands(group);
      await journal.append(records.view());
    }
    const [name = ""] = await disk.list("store/0");
    disk.bytesOf(`store/0/${name}`)[30] ^= 1;
    await expect(open(disk)).rejects.toThrow("damaged");
  });
});
