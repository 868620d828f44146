import { existsSync } from "node:fs";
import { join } from "node:path";
import { openWorld } from "../play/open-world.ts";
import { playScenario } from "../play/play-scenario.ts";
import { prefill } from "../prefill/prefill.ts";
import type { OwnerSlice } from "../prefill/viewers.ts";
import type { RunResult } from "../results/run-result.ts";
import { populationOf } from "../scenarios/check-scenario.ts";
import { describeSlice } from "../scenarios/describe-slice.ts";
import { describeMachine } from "../target/describe-machine.ts";
import type { Configuration } from "./configuration.ts";

export interface PlayedOn {
  /** Where worlds are filled, and found again by the next configuration that has the same. */
  readonly folder: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onStage: (what: string) => void;
}

/** Enough posts that pages are whole and rings have been read from; not so many that filling takes long. */
const DAYS = 2;
const RING_ENTRIES = 800;
const PROBED = 50;
const GENERATOR = { driver: "raw", connections: 2, maxOpen: 20_000, watchers: 0 } as const;

/** Plays a configuration once, on a mesh of its own whose stores were filled for it. */
export async function playConfiguration(
  { name, scenario, timelines }: Configuration,
  { folder, command, signal, onStage }: PlayedOn,
): Promise<RunResult> {
  const { slice, world } = scenario;
  const owners = slice.kind === "owner" ? slice.owners : timelines;
  const dataDir = await filledFolder(folder, world, { owners, timelines }, onStage);
  onStage(`${name}: playing`);
  const population = populationOf(scenario);
  await using opened = await openWorld(scenario, {
    world: dataDir,
    engine: "embedded",
    timelines,
    warm: true,
  });
  return await playScenario({
    scenario,
    target: opened.target,
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
  folder: string,
  world: Configuration["scenario"]["world"],
  slice: OwnerSlice,
  onStage: PlayedOn["onStage"],
): Promise<string> {
  const mean = world.meanFriends ?? "published";
  const dataDir = join(folder, `${world.people}-${mean}-${slice.timelines}of${slice.owners}`);
  if (existsSync(dataDir)) return dataDir;
  onStage(`filling ${dataDir}`);
  const plan = {
    world,
    slice,
    engine: "embedded" as const,
    days: DAYS,
    ringEntries: RING_ENTRIES,
    dataDir,
    force: false,
    sample: PROBED,
  };
  await prefill(plan, { nowMs: Date.now(), onProgress: () => {} });
  return dataDir;
}
