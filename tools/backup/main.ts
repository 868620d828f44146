/** `npm run backup -- take | list | verify | prune`: copies of a mesh, taken while it serves. */
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Command, Option } from "commander";
import { duration, type MeshConfig, moment, readMeshConfig } from "./config.ts";
import type { Progress } from "./progress.ts";
import { backupName, chosenAt, type Manifest, partsIn } from "./repository/manifest.ts";
import { PATIENT } from "./repository/patience.ts";
import { Repository } from "./repository/repository.ts";
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
  .action(({ in: folder, keep = DEFAULT_KEEP_MS }: Options) => prune(folder, keep));

function keepOption(help: string, minMs: number): Option {
  return new Option("--keep <time>", help).argParser(duration(minMs));
}

interface Options {
  readonly in: string;
  readonly every?: number;
  readonly keep?: number;
  readonly partsMayBeMissing: boolean;
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
    // One that fails must not be the last.
    if ((await one().catch(sayFailure)) && startedMs >= pruneAtMs) {
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
  const taking = { folder, config, patience: PATIENT, partsMayBeMissing, onProgress };
  const manifest = await takeBackup(taking);
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
  return Repository.open(resolve(folder), undefined, PATIENT);
}

async function list({ in: folder }: Options): Promise<void> {
  await using repository = await opened(folder);
  const all = await repository.list();
  for (const manifest of all) console.log(`${backupName(manifest)}  ${contents(manifest)}`);
  console.log(`${count(all.length, "backup")} of TIDINGS_ENGINE=${repository.engine}.`);
}

async function verify({ in: folder, at = Number.POSITIVE_INFINITY }: Options): Promise<void> {
  await using repository = await opened(folder);
  const manifest = chosenAt(await repository.list(), at, folder);
  const bytes = await repository.verify(manifest);
  console.log(`${backupName(manifest)} is whole: ${size(bytes)} read.`);
}

async function prune(folder: string, keepMs: number): Promise<void> {
  await using repository = await opened(folder);
  const { backups, bytes } = await repository.prune(Date.now() - keepMs);
  console.log(`${count(backups, "backup")} forgotten, ${size(bytes)} freed.`);
}

function contents({ files }: Manifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${count(files.length, "file")}, ${size(bytes)}`;
}

function sayFailure(error: Error): boolean {
  console.error(`No backup: ${error.message}`);
  return false;
}

await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
