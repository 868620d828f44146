import { resolve } from "node:path";
import { MAX_SEED } from "../../population/graph/world.ts";
import { SHARD_COUNT } from "../../services/model/shards.ts";
import { Command } from "../../tools/command-line/command.ts";
import { MAX_TIMELINES } from "../../tools/mesh/services.ts";
import type { Delivery } from "../demand/delivery.ts";
import type { PrefillEngine } from "../prefill/manifest.ts";
import { checkPlan, PREFILL_LIMITS } from "../prefill/plan.ts";
import { PrefillFailed, prefill } from "../prefill/prefill.ts";
import { findEngines } from "./files/find-engines.ts";
import { amount, deliveryOption, engineOption } from "./options/arguments.ts";
import { LoadError } from "./options/load-error.ts";
import { stageBars } from "./print/prefill-bars.ts";
import { prefillText } from "./print/prefill-text.ts";

interface Options {
  readonly people: number;
  readonly seed: number;
  readonly mean?: number;
  readonly days: number;
  readonly out: string;
  readonly timelines: number;
  readonly owners?: number;
  readonly ring: number;
  readonly engine: PrefillEngine;
  readonly delivery: Delivery;
  readonly sample: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DEFAULT_PEOPLE = 100_000;
const DEFAULT_DAYS = 8;
/**
 * More than services keep by default: posts that are filled in to be pushed are in no post log, so no index has what
 * is below a ring, and runs would read it from the posts, as no mesh does that wrote them itself.
 */
const DEFAULT_RING = 800;
const DEFAULT_SAMPLE = 200;
const EXAMPLES = `
Examples:
  npm run load -- prefill --people 100k --days 8 --out .data/load/world-100k
  npm run load -- prefill --people 1M --timelines 2 --out .data/load/world-1m
  npm run load -- prefill --people 10M --owners 20 --out .data/load/one-of-20
  npm run load -- prefill --people 100k --days 4 --delivery pull --out .data/load/pulled-100k
  TIDINGS_CQL_KEYSPACE=prefilled npm run load -- prefill --people 2k --days 1 --engine cql --out .data/load/cql

The folder is one for TIDINGS_DATA_DIR. Its prefill.json says what is in it, and with which variables
services must run on it. By pull posts are in the post log, and nothing is kept for any viewer. On cql the
data is in the keyspace that the environment names; it must be new.`;

const whole = ({ min, max }: { readonly min: number; readonly max: number }) => amount(min, max);

/** `load prefill`: stores as full as after days of a world's traffic. */
export function prefillCommand(): Command {
  const { people, days, ringEntries, sample } = PREFILL_LIMITS;
  return new Command("prefill")
    .description("Fills a data folder with posts of some days and full timelines, and checks them.")
    .requiredOption("--out <folder>", "where to; it must not be there yet, or be empty")
    .option("--people <n>", "registered people of the world", whole(people), DEFAULT_PEOPLE)
    .option("--seed <n>", "another seed gives other people", amount(0, MAX_SEED), 1)
    .option("--mean <n>", "mean number of friends; as published by default", amount(1, 5_000))
    .option("--days <n>", "of posts, up to now", whole(days), DEFAULT_DAYS)
    .option("--timelines <n>", "timeline processes", amount(1, MAX_TIMELINES), 1)
    .option("--owners <n>", "the timelines are the first of so many", amount(1, SHARD_COUNT))
    .option("--ring <n>", "entries that a timeline keeps", whole(ringEntries), DEFAULT_RING)
    .addOption(engineOption("where to store"))
    .addOption(deliveryOption("pushed to timelines, or to be pulled from everybody's posts"))
    .option("--sample <n>", "timelines that are checked", whole(sample), DEFAULT_SAMPLE)
    .option("--force", "removes an earlier fill in the folder")
    .option("--json", "prints the manifest")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { people, seed, mean, days, out, timelines, ring, engine, delivery, sample } = options;
  const { owners = timelines, force = false } = options;
  const plan = {
    world: { people, seed, ...(mean !== undefined && { meanFriends: mean }) },
    slice: { owners, timelines },
    engine,
    delivery,
    days,
    ringEntries: ring,
    dataDir: resolve(out),
    force,
    sample,
  };
  checkPlan(plan);
  if (engine === "cql") await findEngines();
  const bars = stageBars();
  const manifest = await prefill(plan, { nowMs: Date.now(), onProgress: bars.update })
    .catch((error: Error) => {
      if (!(error instanceof PrefillFailed)) throw error;
      throw new LoadError(
        `Stopped: ${error.message}. ${out} can't be used: mend that, then give --force.`,
      );
    })
    .finally(() => bars.stop());
  console.log(options.json ? JSON.stringify(manifest, null, 2) : prefillText(manifest));
  if (manifest.unusable) throw new LoadError(`${out} is unusable: ${manifest.unusable}.`);
}
