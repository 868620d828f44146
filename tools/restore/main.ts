/** `npm run restore -- --from FOLDER`: a mesh as it was at a moment, out of its backups. */

import { moment, readMeshConfig } from "../backup/config.ts";
import { erasuresInWords } from "../backup/erasures/in-words.ts";
import { backupName } from "../backup/repository/manifest.ts";
import { restore } from "../backup/restore.ts";
import { calledAs, progressLine } from "../backup/words.ts";
import { Command } from "../command-line/command.ts";
import { consoleTokenLine } from "./console-token.ts";

const { from, at, quiet } = new Command(calledAs("restore"))
  .description(
    "Puts a backup back into the data folder or keyspace that TIDINGS_* names, where there must be nothing. " +
      "The mesh must not run. Timelines are filled again as they are read; what was erased since is erased again.",
  )
  .requiredOption("--from <folder>", "where the backups are")
  .option("--at <time>", "the newest backup of then or before; by default the newest", moment)
  .option("--quiet", "the last line only", false)
  .addHelpText(
    "after",
    "\nEnds with 0 when it is done, else with 1. Files get their names when all are whole.",
  )
  .parse()
  .opts<{ from: string; at?: number; quiet: boolean }>();

try {
  const config = await readMeshConfig(process.env);
  const { manifest, erasures, erasuresMs, unreadable } = await restore(
    from,
    config,
    at ?? Number.POSITIVE_INFINITY,
    (progress) => quiet || console.error(progressLine(progress)),
  );
  const where = config.engine === "embedded" ? config.dataDir : `keyspace ${config.cqlKeyspace}`;
  console.log(
    `${backupName(manifest)} is back in ${where}: start the mesh with the services that it had.`,
  );
  const tokenLine = await consoleTokenLine(process.env, config.dataDir);
  if (tokenLine !== undefined) console.log(tokenLine);
  for (const line of erasuresInWords(erasures, { erasuresMs, nowMs: Date.now() }))
    console.log(line);
  for (const why of unreadable) {
    console.log(
      `Attention: ${why}, and is newer than what was restored: who was erased since then, and is in no other ` +
        "backup, is there again.",
    );
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
