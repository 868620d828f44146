/** `npm run backup -- take | list | verify | prune`: copies of a mesh, taken while it serves. */
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Option } from "commander";
import { isNoRoom } from "../../services/platform/storage/file-error.ts";
import { Command } from "../command-line/command.ts";
import { duration, type MeshConfig, moment, readMeshConfig } from "./config.ts";
import type { Progress } from "./progress.ts";
import { backupName, type Manifest, partsIn } from "./repository/manifest.ts";
import { PATIENT } from "./repository/patience.ts";
import { Repository } from "./repository/repository.ts";
import { newestReadableAt } from "./repository/survey.ts";
import { takeBackup } from "./take.ts";
import { calledAs, count, progressLine, size } from "./words.ts";

const DAY_MS = 86_400_000;
const DEFAULT_KEEP_MS = 30 * DAY_MS;
/** What only forgotten backups needed is looked for so often: it reads the lists of all that stay. */
const PRUNE_EVERY_MS = 3_600_000;
const SECOND_MS = 1_000;

const program = new Command(calledAs("backup"))
  .description(
    "Backups of the mesh that TIDINGS_* names, taken while it serves. docs/backup.md says more.",
  )
  .addHelpText(
    "after",
    `\nEnds with 0 when it is done, else with 1. A restore: ${calledAs("restore")} --help`,
  );

const folderOf = (command: Command) =>
  command.requiredOption("--in <folder>", "the backups of one mesh; on another disk than the mesh");

folderOf(program.command("take"))
  .description("takes one, or one after the other until it is ended")
  .option("--every <time>", "again and again, begun so far apart: 1m", duration(10 * SECOND_MS))
  .addOption(keepOption("forgets older ones; with --every by default those of 30d", DAY_MS))
  .option(
    "--parts-may-be-missing",
    "takes it without what the backup before it has, or with other keys",
    false,
  )
  .option("--quiet", "one line a backup", false)
  .action(take);
folderOf(program.command("list")).description("what there is, oldest first").action(list);
folderOf(program.command("verify"))
  .description("reads all that a backup needs, and names what is missing or damaged")
  .option("--at <time>", "the newest of then or before; by default the newest", moment)
  .action(verify);
folderOf(program.command("prune"))
  .description("forgets old backups, the newest never, and what only they needed")
  .addOption(keepOption("those that are younger", 0).default(DEFAULT_KEEP_MS, "30d"))
  .option(
    "--forget-unreadable",
    "also those that can't be read, for which else nothing is freed",
    false,
  )
  .action(({ in: folder, keep = DEFAULT_KEEP_MS, forgetUnreadable }: Options) =>
    prune(folder, keep, forgetUnreadable),
  );

function keepOption(help: string, minMs: number): Option {
  return new Option("--keep <time>", help).argParser(duration(minMs));
}

interface Options {
  readonly in: string;
  readonly every?: number;
  readonly keep?: number;
  readonly partsMayBeMissing: boolean;
  readonly forgetUnreadable: boolean;
  readonly quiet: boolean;
  readonly at?: number;
}

async function take(options: Options): Promise<void> {
  const { in: folder, every, keep } = options;
  const config = await readMeshConfig(process.env);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  let pruneAtMs = 0;
  do {
    const startedMs = Date.now();
    const one = () => takeOne(options, config);
    if (every === undefined) {
      await one();
      if (keep !== undefined) await prune(folder, keep);
      return;
    }
    // One that fails must not be the last; and where there was no room, there has to be some for the next.
    const isToPrune = await one().catch(sayFailure);
    if (isToPrune && startedMs >= pruneAtMs) {
      await prune(folder, keep ?? DEFAULT_KEEP_MS).catch(sayFailure);
      pruneAtMs = startedMs + PRUNE_EVERY_MS;
    }
    const waitMs = Math.max(0, startedMs + every - Date.now());
    await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
  } while (!stopping.signal.aborted);
}

async function takeOne(options: Options, config: MeshConfig): Promise<boolean> {
  const { in: folder, partsMayBeMissing, quiet } = options;
  let added = 0;
  const onProgress = (progress: Progress) => {
    added += progress.added ?? 0;
    if (!quiet) console.error(progressLine(progress));
  };
  const told = { patience: PATIENT, onProgress, onWarning: warn };
  const manifest = await takeBackup({ folder, config, partsMayBeMissing, ...told });
  if (!quiet && !partsIn(manifest).has("keys")) {
    console.error(
      `No keys in ${resolve(config.dataDir)}, so they are not in it: keep those that sign tokens yourself.`,
    );
  }
  const seconds = ((manifest.endedMs - manifest.momentMs) / SECOND_MS).toFixed(1);
  console.log(
    `${backupName(manifest)} is taken: ${contents(manifest)}, ${size(added)} new, in ${seconds} s`,
  );
  return true;
}

function opened(folder: string): Promise<Repository> {
  return Repository.openToRead(resolve(folder), undefined, PATIENT);
}

async function list({ in: folder }: Options): Promise<void> {
  await using repository = await opened(folder);
  const { backups, unreadable } = await repository.survey();
  for (const manifest of backups) console.log(`${backupName(manifest)}  ${contents(manifest)}`);
  console.log(`${count(backups.length, "backup")} of TIDINGS_ENGINE=${repository.engine}.`);
  for (const { why } of unreadable) warn(why.message);
  // Somebody should look, also who has only the code.
  if (unreadable.length > 0) process.exitCode = 1;
}

async function verify({ in: folder, at = Number.POSITIVE_INFINITY }: Options): Promise<void> {
  await using repository = await opened(folder);
  const manifest = newestReadableAt(await repository.survey(), at, folder);
  const bytes = await repository.verify(manifest);
  console.log(`${backupName(manifest)} is whole: ${size(bytes)} read.`);
}

async function prune(folder: string, keepMs: number, forgetUnreadable = false): Promise<void> {
  await using repository = await Repository.open(resolve(folder), undefined, PATIENT);
  const pruned = await repository.prune(Date.now() - keepMs, forgetUnreadable);
  console.log(`${count(pruned.backups, "backup")} forgotten, ${size(pruned.bytes)} freed.`);
  for (const { why } of pruned.unreadable) warn(why.message);
  if (pruned.unreadable.length === 0 || forgetUnreadable) return;
  warn(
    "Nobody knows what it needs, so nothing is freed: bring it back from a copy of the repository, or say " +
      "--forget-unreadable",
  );
  process.exitCode = 1;
}

function contents({ files }: Manifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${count(files.length, "file")}, ${size(bytes)}`;
}

/** Whether it failed for want of room. */
function sayFailure(error: Error): boolean {
  console.error(`No backup: ${error.message}`);
  return isNoRoom(error);
}

function warn(message: string): void {
  console.error(`Attention: ${message}`);
}

await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
