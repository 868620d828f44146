import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openLmdb } from "../../storage/lmdb/open.ts";
import { LmdbOutbox } from "./lmdb-outbox.ts";

const ROWS = 50;
const ITEMS_A_ROW = 20;

test("what is published of a long backlog costs the rows that it is in, not the backlog", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-outbox-"));
  const lmdb = openLmdb(folder);
  const table = lmdb.table("outbox");
  const entries = table.entries.bind(table);
  let rows = 0;
  vi.spyOn(table, "entries").mockImplementation(function* (range) {
    for (const entry of entries(range)) {
      rows++;
      yield entry;
    }
  });
  const outbox = new LmdbOutbox(lmdb);
  for (let row = 0; row < ROWS; row++) {
    const items = Array.from({ length: ITEMS_A_ROW }, (_, i) => Buffer.from(`${row}/${i}`));
    await Promise.all(items.map((item) => lmdb.commit((tx) => outbox.add(tx, "posts", item))));
  }
  const stored = table.count();
  expect(stored).toBeLessThanOrEqual(2 * ROWS);
  expect(await outbox.depth()).toBe(ROWS * ITEMS_A_ROW);
  rows = 0;
  const read = await outbox.read(ITEMS_A_ROW);
  const readRows = rows;
  await outbox.published(read);
  expect(readRows).toBeLessThan(stored / 2);
  // Those it read, each at most once more.
  expect(rows).toBeLessThanOrEqual(2 * readRows);
  expect(await outbox.depth()).toBe((ROWS - 1) * ITEMS_A_ROW);
  expect(String((await outbox.read(1))[0]?.payload)).toBe("1/0");
  await lmdb.close();
  await rm(folder, { recursive: true });
});
