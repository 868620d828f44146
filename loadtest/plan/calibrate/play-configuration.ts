import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { playScenario } from "../../play/play-scenario.ts";
import { openWorld } from "../../play/world/open-world.ts";
import type { PrefillPlan } from "../../prefill/plan.ts";
import { prefill } from "../../prefill/prefill.ts";
import type { RunResult } from "../../results/run-result.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import { describeSlice } from "../../scenarios/describe-slice.ts";
import { ownerCount } from "../../scenarios/owner-count.ts";
import { describeMachine } from "../../target/describe-machine.ts";
import type { Configuration } from "./configuration.ts";

export interface PlayedOn {
  /** Where worlds are filled, and found again by the next configuration that has the same. */
  readonly folder: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onStage: (what: string) => void;
  /** How often each world was played on by this calibration. */
  readonly plays: Map<string, number>;
}

/** Enough posts that pages are whole and rings have been read from; not so many that filling takes long. */
const DAYS = { embedded: 2, cql: 1 } as const;
/**
 * Each mesh leaves a log of posts behind in the keyspace, and an index that begins reads all of them: after so many
 * another world is filled, where that is what is measured.
 */
const PLAYS_A_WORLD = { push: Number.MAX_SAFE_INTEGER, pull: 10 } as const;
const RING_ENTRIES = 800;
const PROBED = 50;
const GENERATOR = { driver: "raw", connections: 2, maxOpen: 20_000, watchers: 0 } as const;

/** Plays a configuration once, on a mesh of its own whose stores were filled for it. */
export async function playConfiguration(
  configuration: Configuration,
  playedOn: PlayedOn,
): Promise<RunResult> {
  const { command, signal, onStage } = playedOn;
  const { name, engine, scenario, timelines } = configuration;
  const dataDir = await filledFolder(configuration, playedOn);
  onStage(`${name}: playing`);
  const population = populationOf(scenario);
  await using opened = await openWorld(scenario, {
    world: dataDir,
    engine,
    timelines,
    warm: true,
  });
  return await playScenario({
    scenario,
    target: opened.target,
    delivery: opened.delivery,
    slice: describeSlice(scenario, population),
    machine: describeMachine(),
    command,
    generators: 1,
    generator: GENERATOR,
    ...(opened.fill && { fill: opened.fill }),
    signal,
  });
}

async function filledFolder(
  configuration: Configuration,
  { folder, plays, onStage }: PlayedOn,
): Promise<string> {
  const { engine, delivery, scenario } = configuration;
  const { world } = scenario;
  const where = whereFilled(configuration);
  const { owners, timelines } = where.slice;
  const name = `${world.people}-${world.meanFriends ?? "published"}-${timelines}of${owners}`;
  const played = plays.get(name) ?? 0;
  plays.set(name, played + 1);
  const nth = Math.floor(played / PLAYS_A_WORLD[delivery]);
  const dataDir = join(folder, engine, delivery === "pull" ? `${name}-pulled-${nth}` : name);
  if (existsSync(dataDir)) return dataDir;
  onStage(`filling ${dataDir}`);
  const plan = {
    world,
    ...where,
    engine,
    delivery,
    days: DAYS[engine],
    ringEntries: RING_ENTRIES,
    dataDir,
    force: false,
    sample: PROBED,
  };
  const { unusable } = await prefill(plan, { nowMs: Date.now(), onProgress: () => {} });
  if (unusable !== undefined) {
    await rm(dataDir, { recursive: true });
    throw new RangeError(`The world of "${configuration.name}" could not be filled: ${unusable}.`);
  }
  return dataDir;
}

/** A keyspace has everyone's rows, whoever the owners are; in a folder each owner has its own. */
function whereFilled({
  engine,
  scenario: { slice },
  timelines,
}: Configuration): Pick<PrefillPlan, "slice" | "keyspace"> {
  if (engine === "cql") {
    const keyspace = `tidings_plan_${randomBytes(5).toString("hex")}`;
    return { slice: { owners: 1, timelines: 1 }, keyspace };
  }
  return { slice: { owners: ownerCount(slice, timelines), timelines } };
}
