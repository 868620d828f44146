/** `npm run erase -- sqlite FILE TABLE ID [--dry-run]`: a row with everything that hangs on it. */

import { createErasure } from "../../erasure/erase.ts";
import type { Item } from "../../erasure/ports.ts";
import { openSqliteStore, SQLITE_OPTIONS } from "../../erasure/sql/sqlite-store.ts";
import { Command } from "../command-line/command.ts";
import { keysOf } from "./key.ts";
import { progressOn } from "./progress.ts";
import { dryRunText, erasedText, shownInDryRun, shownInErased, violationsText } from "./report.ts";
import { shownKeys } from "./shown-key.ts";

const EXAMPLES = `
Foreign keys are read from the file: nobody need describe it. Rows whose key says ON DELETE SET NULL or SET
DEFAULT stay, without the reference. Ends with 0 when all is gone, 2 when something could not be deleted
(and kept what it hangs on) or references lead nowhere that did not before, 1 when nothing was begun or the work was stopped; begin again, it goes on.
A dry run ends with 2 when it can tell that something would be blocked. It tries no triggers, CHECK or UNIQUE.

  npm run erase -- sqlite shop.db customers 42 --dry-run
  npm run erase -- sqlite shop.db customers 42
  npm run erase -- sqlite shop.db members '["acme", 7]'`;

const program = new Command("npm run erase --");
program
  .command("sqlite")
  .description("Deletes a row of an SQLite database with all that refers to it, however far.")
  .argument("<file>", "the database")
  .argument("<table>", "where the row is")
  .argument("<id>", "its primary key; a JSON array when that has several columns")
  .option("--dry-run", "only tell what would go")
  .addHelpText("after", EXAMPLES)
  .action(eraseFromSqlite);
try {
  await program.parseAsync();
} catch (error) {
  console.error(`stopped: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function eraseFromSqlite(
  file: string,
  table: string,
  text: string,
  { dryRun = false }: { dryRun?: boolean },
): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const store = await openSqliteStore(file);
  closing.defer(() => store.close());
  let row: Item | undefined;
  for (const key of keysOf(text)) row ??= await store.find(table, key);
  if (row === undefined) throw new RangeError(`${table} has no row ${text}: nothing to erase`);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("interrupted; begin again to go on")));
  const erasure = createErasure(store, {
    ...SQLITE_OPTIONS,
    signal: stop.signal,
    onProgress: progressOn(process.stderr),
  });
  if (dryRun) {
    const told = await erasure.dryRun(row.table, row.id);
    console.log(dryRunText(told, await shownKeys(store, shownInDryRun(told))));
    process.exitCode = told.hindrances.length > 0 ? 2 : 0;
    return;
  }
  const before = await store.violations();
  const startedMs = performance.now();
  const erased = await erasure.deleteAllItems(row.table, row.id);
  const seconds = (performance.now() - startedMs) / 1_000;
  console.log(erasedText(erased, seconds, await shownKeys(store, shownInErased(erased))));
  const after = await store.violations();
  if (after > 0) console.log(violationsText(before, after));
  process.exitCode = erased.status === "done" && after <= before ? 0 : 2;
}
