/** `npm run backup -- take | list | verify | prune`: copies of a mesh, taken while it serves. */
import { setTimeout as delay } from "node:timers/promises";
import { Command, Option } from "commander";
import { duration, type MeshConfig, moment, readMeshConfig } from "./config.ts";
import { backupName, type Manifest, newestAt } from "./repository/manifest.ts";
import { Repository } from "./repository/repository.ts";
import { takeBackup } from "./take.ts";
import { mib, progressLine } from "./words.ts";

const DAY_MS = 86_400_000;
const DEFAULT_KEEP_MS = 30 * DAY_MS;
/** What only forgotten backups needed is looked for so often: it reads the lists of all that stay. */
const PRUNE_EVERY_MS = 3_600_000;
const SECOND_MS = 1_000;

const program = new Command("npm run backup --")
  .description(
    "Backups of the mesh that TIDINGS_* names, taken while it serves. docs/operations.md says more.",
  )
  .addHelpText(
    "after",
    "\nEnds with 0 when it is done, else with 1. A restore: npm run restore -- --help",
  );

const folderOf = (command: Command) =>
  command.requiredOption("--in <folder>", "the backups of one mesh; on another disk than the mesh");

folderOf(program.command("take"))
  .description("takes one, or one after the other until it is ended")
  .option("--every <time>", "again and again, begun so far apart: 1m", duration(10 * SECOND_MS))
  .addOption(keepOption("with --every: forgets older ones", DAY_MS))
  .option("--quiet", "one line a backup", false)
  .action(take);
folderOf(program.command("list")).description("what there is, oldest first").action(list);
folderOf(program.command("verify"))
  .description("reads all that a backup needs, and names what is missing or damaged")
  .option("--at <time>", "the newest of then or before; by default the newest", moment)
  .action(verify);
folderOf(program.command("prune"))
  .description("forgets old backups, the newest never, and what only they needed")
  .addOption(keepOption("those that are younger", 0))
  .action(({ in: folder, keep }: Options) => prune(folder, keep));

function keepOption(help: string, minMs: number): Option {
  const option = new Option("--keep <time>", help).argParser(duration(minMs));
  return option.default(DEFAULT_KEEP_MS, "30d");
}

interface Options {
  readonly in: string;
  readonly every?: number;
  readonly keep: number;
  readonly quiet: boolean;
  readonly at?: number;
}

async function take({ in: folder, every, keep, quiet }: Options): Promise<void> {
  const config = await readMeshConfig(process.env);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  let pruneAtMs = 0;
  do {
    const startedMs = Date.now();
    const one = () => takeOne(folder, config, quiet);
    // One that fails must not be the last.
    const isTaken = every === undefined ? await one() : await one().catch(sayFailure);
    if (every === undefined) return;
    if (isTaken && startedMs >= pruneAtMs) {
      await prune(folder, keep).catch(sayFailure);
      pruneAtMs = startedMs + PRUNE_EVERY_MS;
    }
    const waitMs = Math.max(0, startedMs + every - Date.now());
    await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
  } while (!stopping.signal.aborted);
}

async function takeOne(folder: string, config: MeshConfig, quiet: boolean): Promise<boolean> {
  let added = 0;
  const manifest = await takeBackup(folder, config, (progress) => {
    added += progress.added ?? 0;
    if (!quiet) console.error(progressLine(progress));
  });
  const seconds = ((manifest.endedMs - manifest.momentMs) / SECOND_MS).toFixed(1);
  console.log(`${summary(manifest)}, ${mib(added)} added, in ${seconds} s`);
  return true;
}

async function list({ in: folder }: Options): Promise<void> {
  await using repository = await Repository.open(folder);
  const all = await repository.list();
  for (const manifest of all) console.log(summary(manifest));
  console.log(
    `${all.length} ${all.length === 1 ? "backup" : "backups"} of TIDINGS_ENGINE=${repository.engine}.`,
  );
}

async function verify({ in: folder, at = Number.POSITIVE_INFINITY }: Options): Promise<void> {
  await using repository = await Repository.open(folder);
  const manifest = newestAt(await repository.list(), at);
  if (!manifest) throw new Error(`${folder} has no backup of then or before`);
  const bytes = await repository.verify(manifest);
  console.log(`${backupName(manifest)} is whole: ${mib(bytes)} read.`);
}

async function prune(folder: string, keepMs: number): Promise<void> {
  await using repository = await Repository.open(folder);
  const { backups, bytes } = await repository.prune(Date.now() - keepMs);
  console.log(`${backups} backups forgotten, ${mib(bytes)} freed.`);
}

function summary(manifest: Manifest): string {
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return `${backupName(manifest)}  ${manifest.files.length} files, ${mib(bytes)}`;
}

function sayFailure(error: Error): boolean {
  console.error(`No backup: ${error.message}`);
  return false;
}

await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
