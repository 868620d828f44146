/** `npm run reset`: deletes what a development mesh stored, when it has said what and was told to. */
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { lockFolder } from "../../services/platform/storage/folder-lock.ts";
import { Command } from "../command-line/command.ts";
import { engineEnvironment } from "../start/engine-environment.ts";
import { planReset } from "./plan-reset.ts";
import { removeStored, storedOnEngines } from "./stored-on-engines.ts";

const MIB = 1_024 * 1_024;

const program = new Command("npm run reset --")
  .description(
    "Deletes what the mesh stored in TIDINGS_DATA_DIR (.data by default): posts, friendships, timelines, " +
      "keys, logs; with TIDINGS_ENGINE=cql its keyspace and queues, too. Started engines stay (npm run engines -- down).",
  )
  .option("--yes", "does not ask", false)
  .option("--load-worlds", "the worlds of the load toolkit, too", false)
  .addHelpText("after", "\nEnds with 0 when it is done, 1 when it failed, 2 when nobody said yes.")
  .parse();
const { yes, loadWorlds } = program.opts<{ yes: boolean; loadWorlds: boolean }>();
const folder = resolve(import.meta.dirname, "../..", process.env.TIDINGS_DATA_DIR ?? ".data");

try {
  process.exitCode = await reset();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function reset(): Promise<number> {
  const { doomed, kept } = planReset(folder, { withLoad: loadWorlds });
  const stored = storedOnEngines(await engineEnvironment(process.env, folder));
  if (doomed.length === 0 && !stored) {
    console.log(`Nothing to delete in ${folder}.`);
    return 0;
  }
  console.log(`In ${folder} this deletes for good:`);
  for (const { name, bytes } of doomed) {
    console.log(`  ${name.padEnd(16)} ${(bytes / MIB).toFixed(1).padStart(8)} MiB`);
  }
  if (stored) console.log(`  ${stored.words}`);
  if (kept.length > 0) console.log(`It keeps ${kept.join(", ")}.`);
  if (!yes && !(await isWanted())) return 2;
  const lock = lockFolder(folder);
  try {
    if (stored) await removeStored(stored);
    for (const { name } of doomed) rmSync(join(folder, name), { recursive: true });
  } finally {
    lock.release();
  }
  console.log("Deleted.");
  return 0;
}

/** Only a person at a terminal can say yes; a script says --yes. */
async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error("Nothing is deleted: nobody can be asked here. Say --yes if it is meant.");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Delete it? (yes/no) ");
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return true;
  console.log("Nothing is deleted.");
  return false;
}
