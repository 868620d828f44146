import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { createErasure } from "../erase.ts";
import { sqliteFiles, storeHere } from "../testing/sqlite-files.ts";

const { newFile } = sqliteFiles();

it("names that differ in the case of other letters than A to Z are two", async () => {
  const file = newFile(
    `CREATE TABLE "Ä" (id INTEGER PRIMARY KEY);
      CREATE TABLE "ä" (id INTEGER PRIMARY KEY, up INT REFERENCES "Ä", own INT REFERENCES "ä");
      INSERT INTO "Ä" VALUES (1), (2); INSERT INTO "ä" VALUES (1, 2, NULL), (2, 1, NULL), (3, NULL, 2)`,
  );
  const store = await storeHere(file);
  const erased = await createErasure(store).deleteAllItems("Ä", 1);
  await store.close();
  expect(erased).toMatchObject({ status: "done", tables: { Ä: 1, ä: 2 } });
});

it("a file that another process holds stops the work, and blocks no row", async () => {
  const file = newFile(
    `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
      CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p); INSERT INTO c VALUES (1, 1), (2, 1)`,
  );
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  const store = await storeHere(file, 0);
  const erase = () => createErasure(store, { sleep: async () => {} }).deleteAllItems("p", 1);
  await expect(erase()).rejects.toThrow("another process writes to it");
  other.exec("ROLLBACK");
  other.close();
  expect(await erase()).toMatchObject({ status: "done", deleted: 3 });
  await store.close();
});
