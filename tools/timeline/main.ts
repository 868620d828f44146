/** `npm run timeline -- inspect VIEWER | rebuild VIEWER | rebuild --shard N | rebuild --all | check | repair` */
import { InvalidArgumentError, Option } from "commander";
import { isId } from "../../services/model/ids.ts";
import { SHARD_COUNT } from "../../services/model/shards.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { toolCredentials } from "../certs/mesh-certificates.ts";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { explainFailure } from "../mesh/explain-failure.ts";
import { checkMesh } from "./check/check-mesh.ts";
import type { OwnerCheck } from "./check/check-owner.ts";
import { isWell, ownerText, sumText } from "./check/report.ts";
import { degradedWords } from "./degraded-words.ts";
import { inspectionText } from "./inspect.ts";
import { findOwners, type Owners } from "./owners.ts";
import { type Progress, rebuildOwned } from "./rebuild.ts";

interface InspectOptions {
  readonly limit: number;
  readonly token: string;
}

interface RebuildManyOptions {
  readonly shard?: number;
  readonly all?: boolean;
  readonly from: Start;
  readonly rate: number;
}

interface CheckOptions {
  readonly hours: number;
  readonly settle: number;
}

/** Of a rebuild of all: at which owner, and where there. */
interface Start {
  readonly owner: number;
  readonly place: bigint;
}

const BEGINNING: Start = { owner: 0, place: 0n };
const TIMEOUT_MS = 30_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

function timelineAddresses(): readonly string[] {
  const variables = { addresses: addressesVariable("timeline", process.env) };
  return readConfig(variables, process.env).addresses;
}

async function connecting() {
  const log = createLogger("timeline", process.env.TIDINGS_LOG_LEVEL || "error");
  return { log, credentials: await toolCredentials() };
}

async function ownersOfMesh(): Promise<Owners> {
  const { log, credentials } = await connecting();
  return findOwners(timelineAddresses(), log, credentials);
}

async function inspect(viewer: bigint, { limit, token }: InspectOptions): Promise<void> {
  using owners = await ownersOfMesh();
  const owner = owners.ofViewer(viewer);
  const request = { viewerId: viewer, limit, pageToken: token, onlyIfActive: false };
  const found = await owners.at(owner).inspectTimeline(request, { timeoutMs: TIMEOUT_MS });
  say(inspectionText(viewer, owner, found));
}

async function rebuild(viewer: bigint | undefined, options: RebuildManyOptions): Promise<void> {
  const asked = [viewer !== undefined, options.shard !== undefined, options.all === true];
  if (asked.filter(Boolean).length !== 1) {
    throw new Error("Name one of: a viewer, --shard N, --all.");
  }
  using owners = await ownersOfMesh();
  if (viewer !== undefined) await rebuildViewer(owners, viewer);
  else if (options.shard !== undefined) {
    await rebuildAt(owners, [owners.ofShard(options.shard)], options);
  } else await rebuildAt(owners, owners.addresses, options);
}

async function rebuildViewer(owners: Owners, viewerId: bigint): Promise<void> {
  const client = owners.at(owners.ofViewer(viewerId));
  const { entryCount, degraded } = await client.rebuildTimeline(
    { viewerId },
    { timeoutMs: TIMEOUT_MS },
  );
  say(`viewer ${viewerId}: ${entryCount} entries`);
  if (degraded.length === 0) return;
  say(`degraded: ${degradedWords(degraded)}: ask again`);
  process.exitCode = 1;
}

async function rebuildAt(
  owners: Owners,
  addresses: readonly string[],
  { shard, from, rate }: RebuildManyOptions,
): Promise<void> {
  const total = { rebuilt: 0, degraded: 0, moved: 0 };
  for (let i = from.owner; i < addresses.length; i++) {
    let place = i === from.owner ? from.place : 0n;
    const where = `owner ${i + 1} of ${addresses.length}`;
    const onProgress = (progress: Progress) => {
      place = progress.place;
      console.error(`${where}: ${countsText(progress)}`);
    };
    const options = { shard, from: place, rate, onProgress };
    try {
      const done = await rebuildOwned(owners.at(addresses[i]), options);
      for (const key of ["rebuilt", "degraded", "moved"] as const) total[key] += done[key];
    } catch (error) {
      console.error(
        `It stopped. It goes on with --from ${i}:${place}, unless ${addresses[i]} restarts.`,
      );
      throw error;
    }
  }
  say(countsText(total));
  if (total.degraded + total.moved > 0) process.exitCode = 1;
}

function countsText({ rebuilt, degraded, moved }: Omit<Progress, "place">): string {
  const rest = [
    ...(degraded > 0 ? [`${degraded} not, for a source did not answer`] : []),
    ...(moved > 0 ? [`${moved} have moved: run it again`] : []),
  ];
  return [`${rebuilt} rebuilt`, ...rest].join(", ");
}

async function check({ hours, settle }: CheckOptions, isRepair: boolean): Promise<void> {
  using owners = await ownersOfMesh();
  const options = { hours, settleSeconds: settle, isRepair };
  const tell = (address: string, found: OwnerCheck) => say(ownerText(address, found));
  const checks = await checkMesh(owners, options, await connecting(), tell);
  say(sumText(checks));
  if (!checks.every(isWell)) process.exitCode = 1;
}

function viewerId(text: string): bigint {
  if (/^\d+$/.test(text) && isId(BigInt(text))) return BigInt(text);
  throw new InvalidArgumentError("a viewer is a number from 1 to 2^63-1");
}

function start(text: string): Start {
  const [, owner, place] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (place === undefined) throw new InvalidArgumentError("it is OWNER:PLACE, as it was told");
  return { owner: Number(owner), place: BigInt(place) };
}

const program = new Command("npm run timeline --").description(
  "What timelines hold, and how to mend them.",
);
program
  .command("inspect")
  .argument("<viewer>", "whose timeline", viewerId)
  .option("--limit <count>", "entries of the page", wholeBetween(1, 200), 20)
  .option("--token <token>", "which page, from the one above it", "")
  .description("state, floor, and where each entry of a page comes from")
  .action(inspect);
program
  .command("rebuild")
  .argument("[viewer]", "whose timeline", viewerId)
  .option("--shard <number>", "all active viewers of a shard", wholeBetween(0, SHARD_COUNT - 1))
  .option("--all", "all active viewers")
  .option("--rate <count>", "viewers a second at each owner", wholeBetween(1, 10_000), 100)
  .addOption(
    new Option("--from <place>", "goes on where an earlier one stopped")
      .argParser(start)
      .default(BEGINNING, "the beginning"),
  )
  .description("reads posts and friends anew and mends what is held; serving goes on")
  .action(rebuild);

for (const [name, description, isRepair] of [
  ["check", "compares what is held with what was posted, by digests of ranges of viewers", false],
  ["repair", "the same, and rebuilds the timelines that are wrong", true],
] as const) {
  program
    .command(name)
    .option(
      "--hours <count>",
      "of posts, up to now; the post log has three days",
      wholeBetween(1, 72),
      1,
    )
    .option("--settle <seconds>", "younger posts may be on their way", wholeBetween(1, 3_600), 60)
    .description(description)
    .action((options: CheckOptions) => check(options, isRepair));
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(await explainFailure(error, "timeline", timelineAddresses().join(", ")));
  process.exitCode = 1;
}
