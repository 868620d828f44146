import { expect, it } from "vitest";
import type { Journal, Manifest, StoredJournal } from "../../../services/growth/ports.ts";

/** Opens what one place holds, again and again, as processes one after the other would. */
export interface JournalPlace {
  find(): Promise<StoredJournal>;
}

const EMPTY: Manifest = {
  position: 0,
  users: 0,
  eventsFrom: 0,
  events: 0,
  today: 0,
  feed: [],
  blobs: [],
};

async function open(place: JournalPlace): Promise<{ journal: Journal; records: string[] }> {
  const records: string[] = [];
  const stored = await place.find();
  const journal = await stored.replay((bytes, from, to) => {
    records.push(bytes.toString("utf8", from, to));
  });
  return { journal, records: records.filter((text) => text !== "") };
}

function append(journal: Journal, text: string): Promise<number> {
  return journal.append(Buffer.concat([Buffer.alloc(journal.headBytes), Buffer.from(text)]));
}

/** What every journal of the growth service does. `place` makes an empty one. */
export function growthJournalContract(place: () => Promise<JournalPlace>): void {
  it("gives its frames back in order, to each process that opens it", async () => {
    const there = await place();
    const { journal, records } = await open(there);
    expect(records).toEqual([]);
    for (const text of ["one", "two", "three"]) {
      const before = journal.position;
      expect(await append(journal, text)).toBe(journal.position);
      expect(journal.position).toBeGreaterThan(before);
    }
    await journal.close();
    const second = await open(there);
    expect(second.records).toEqual(["one", "two", "three"]);
    await append(second.journal, "four");
    await second.journal.close();
    expect((await open(there)).records).toEqual(["one", "two", "three", "four"]);
  });

  it("begins at the last checkpoint, and gives its blobs byte by byte", async () => {
    const there = await place();
    const { journal } = await open(there);
    await append(journal, "old");
    const big = Buffer.from(Array.from({ length: 600_001 }, (_, i) => i * 7 + (i >> 8)));
    await journal.writeBlob("users-0-9", big);
    await journal.writeBlob("day-1", Buffer.alloc(0));
    const position = journal.position;
    await append(journal, "new");
    const manifest = { ...EMPTY, position, users: 9, blobs: ["users-0-9", "day-1"] };
    await journal.checkpoint(manifest);
    await append(journal, "newer");
    await journal.close();
    const stored = await there.find();
    expect(stored.manifest).toEqual(manifest);
    expect((await stored.readBlob("users-0-9")).equals(big)).toBe(true);
    expect(await stored.readBlob("day-1")).toHaveLength(0);
    const records: string[] = [];
    await stored.replay((bytes, from, to) => void records.push(bytes.toString("utf8", from, to)));
    expect(records.filter((text) => text !== "")).toEqual(["new", "newer"]);
  });

  it("keeps the last checkpoint until the next one is whole, and then removes what it alone had", async () => {
    const there = await place();
    const { journal } = await open(there);
    await journal.writeBlob("a", Buffer.from("a"));
    await journal.checkpoint({ ...EMPTY, position: journal.position, blobs: ["a"] });
    await append(journal, "more");
    await journal.writeBlob("b", Buffer.from("b"));
    const between = await there.find();
    expect(between.manifest?.blobs).toEqual(["a"]);
    expect((await between.readBlob("a")).toString()).toBe("a");
    await journal.checkpoint({ ...EMPTY, position: journal.position, blobs: ["b"] });
    await journal.close();
    const after = await there.find();
    expect(after.manifest?.blobs).toEqual(["b"]);
    expect((await after.readBlob("b")).toString()).toBe("b");
    await expect(after.readBlob("a")).rejects.toThrow();
  });

  it("takes frames of a megabyte", async () => {
    const there = await place();
    const { journal } = await open(there);
    const text = "0123456789abcdef".repeat(65_536);
    for (let i = 0; i < 3; i++) await append(journal, text);
    await journal.close();
    expect((await open(there)).records).toEqual([text, text, text]);
  });
}
