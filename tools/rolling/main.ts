/** `npm run rolling -- restart | upgrade --from COMMIT`: every process replaced under load, and what came of it. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { InvalidArgumentError } from "commander";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { type ServiceName, STOP_WAVES } from "../mesh/services.ts";
import { retryAfter } from "../trial/one-retry.ts";
import { ownMesh } from "../trial/own-mesh.ts";
import { errorsInWords, isClean, runTrial, type TrialResult } from "../trial/trial.ts";
import { SLOW_MS, waitsOf } from "../trial/waits.ts";
import { checkOut } from "./checkout.ts";
import { recordData } from "./record.ts";
import { type Replaced, roll } from "./roll.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DATA_DIR = resolve(ROOT, process.env.TIDINGS_DATA_DIR ?? ".data");
const VERSIONS = join(ROOT, ".data", "versions");
const RECORDED = join(ROOT, "test/system/testdata/older-version.json");
const TIMELINES = 2;
const CQL_COPIES = 2;

interface Options {
  readonly people: number;
  readonly pause: number;
  readonly retry?: number;
  readonly only?: ServiceName;
  readonly rounds: number;
  readonly from: string;
}

const program = new Command("npm run rolling --")
  .description(
    "Starts a mesh of its own on the engines of TIDINGS_ENGINE, has people post and read through the gateway, and " +
      "replaces every process, one at a time. Clients try a call that fails once more.",
  )
  .addHelpText(
    "after",
    "\nEnds with 0 when nothing was lost, repeated or seen to fail, else with 1.",
  );
const both = (command: Command) =>
  command
    .option("--people <n>", "all friends of each other", wholeBetween(1, 100_000), 24)
    .option("--pause <ms>", "between two replacements", wholeBetween(1, 100_000), 2_000)
    .option("--only <service>", "replaces the processes of one service", serviceName)
    .option("--rounds <n>", "replaces every process so often", wholeBetween(1, 100_000), 1)
    .option(
      "--retry <ms>",
      "between the two tries of a call; by default 10 s embedded, 2 s on CQL",
      wholeBetween(1, 100_000),
    );
both(program.command("restart"))
  .description("by the same version")
  .action((options: Options) => rolling(options, ROOT, "this version"));
both(program.command("upgrade"))
  .description("of the version of another commit by this one; needs that commit's history")
  .requiredOption("--from <commit>", "the version before")
  .action(async (options: Options) => {
    await using from = await checkOut(ROOT, options.from, VERSIONS);
    await rolling(options, from.root, from.commit);
  });

program
  .command("record")
  .description("what another commit leaves on the embedded engines, for the test that reads it")
  .requiredOption("--from <commit>", "the version before")
  .option("--out <file>", "where it goes", RECORDED)
  .action(record);

async function record({
  from,
  out,
}: {
  readonly from: string;
  readonly out: string;
}): Promise<void> {
  await using checkout = await checkOut(ROOT, from, VERSIONS);
  await using own = await ownMesh(
    "recording",
    { ...process.env, TIDINGS_ENGINE: "embedded" },
    DATA_DIR,
  );
  const recorded = await recordData({ ...own.options, root: checkout.root }, checkout.commit);
  await writeFile(out, `${JSON.stringify(recorded)}\n`);
  console.log(`${out}: what ${checkout.commit} left.`);
}

async function rolling(options: Options, before: string, from: string): Promise<void> {
  await using own = await ownMesh("rolling", process.env, DATA_DIR);
  console.log(`From ${from} to this version, on the ${own.isCql ? "CQL" : "embedded"} engines:`);
  const retryAfterMs = options.retry ?? own.retryAfterMs;
  // On CQL others do what the replaced one did, whichever it is: there a call that fails twice is a fault.
  const isOneOfEach = !own.isCql;
  if (isOneOfEach && options.pause < retryAfterMs) {
    console.log(
      `Clients try again after ${seconds(retryAfterMs)}, processes are replaced ${seconds(options.pause)} apart: a ` +
        "retry may meet the next replacement. Such calls are told apart, and are no fault.",
    );
  }
  let isReplacing = false;
  let replacing = "nothing";
  const result = await runTrial({
    mesh: {
      ...own.options,
      root: ROOT,
      rootOf: () => (isReplacing ? ROOT : before),
      timelines: TIMELINES,
      copies: own.isCql ? CQL_COPIES : 1,
    },
    people: options.people,
    retry: retryAfter(retryAfterMs),
    ...(isOneOfEach && { amid: () => replacing }),
    calmMs: options.pause,
    happen: async (mesh) => {
      isReplacing = true;
      const between = () => delay(options.pause);
      for (let round = 0; round < options.rounds; round++) {
        const onReplacing = (label: string) => {
          replacing = `${label} in round ${round + 1}`;
        };
        await roll({ mesh, between, onReplacing, onReplaced: sayReplaced, only: options.only });
      }
    },
  });
  report(result);
  process.exitCode = isClean(result) ? 0 : 1;
}

function sayReplaced({ label, drainMs, startMs }: Replaced): void {
  console.log(
    `  ${label.padEnd(12)} ended in ${seconds(drainMs)}, ready after ${seconds(startMs)}`,
  );
}

function report({ verdict, streams, errors, deeds }: TrialResult): void {
  const { lost, repeated, disordered, entries } = verdict;
  const { acknowledged, reads, pagesMs, slowestMs, longestGapMs } = deeds;
  const { p50Ms, p99Ms, maxMs, slow } = waitsOf(pagesMs);
  console.log(
    [
      `${acknowledged.length} posts acknowledged, ${reads} pages read, ${entries} entries compared.`,
      `Lost ${lost.length}, repeated ${repeated.length}, out of order ${disordered.length}.`,
      `${streams.streams} live streams broke ${streams.breaks} times, and lack ${streams.unseen.length}.`,
      `Hidden by one retry: ${errorsInWords(errors.hidden)}. Seen: ${errorsInWords(errors.seen)}.`,
      `Met by two replacements: ${errorsInWords(errors.apart)}.`,
      `Pages: p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, slowest ${seconds(maxMs)}; ` +
        `${slow} above ${SLOW_MS} ms.`,
      `Slowest answer ${seconds(slowestMs)}; longest without any post ${seconds(longestGapMs)}.`,
    ].join("\n"),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function serviceName(text: string): ServiceName {
  const name = STOP_WAVES.flat().find((one) => one === text);
  if (name) return name;
  throw new InvalidArgumentError(`one of ${STOP_WAVES.flat().join(", ")}`);
}

await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
