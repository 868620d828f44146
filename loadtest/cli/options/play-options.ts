import { type Command, InvalidArgumentError, Option } from "commander";
import { MAX_PEOPLE, MAX_SEED, MIN_PEOPLE } from "../../../population/graph/world.ts";
import { MAX_TIMELINES } from "../../../tools/mesh/services.ts";
import {
  DRIVERS,
  type DriverName,
  type GeneratorOptions,
} from "../../play/generators/generator-plan.ts";
import type { WorldOptions } from "../../play/world/open-world.ts";
import type { Overrides } from "../../scenarios/overrides.ts";
import { amount, engineOption } from "./arguments.ts";

/** What is asked for beside the scenario's name. */
export type ScenarioOptions = Overrides;

/** Which mesh, with what in it. */
export interface MeshOptions {
  readonly world?: string;
  readonly warm?: boolean;
  readonly running?: boolean;
  readonly engine: WorldOptions["engine"];
  readonly timelines: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface TargetOptions extends MeshOptions, Omit<GeneratorOptions, "connections"> {
  readonly generators: number;
  readonly connections?: number;
}

const DEFAULT_CONNECTIONS = 2;

const MAX_USERS = 1e9;
const MAX_STREAMS = 100_000;
const MAX_SECONDS = 86_400;

/** Whose world it is; as the scenario says by default. */
export function withPeopleOptions(command: Command): Command {
  return command
    .option("--people <n>", "registered people of the world", amount(MIN_PEOPLE, MAX_PEOPLE))
    .option("--seed <n>", "another seed gives other people", amount(0, MAX_SEED))
    .option("--mean <n>", "mean number of friends; as published by default", amount(1, 5_000));
}

export function withScenarioOptions(command: Command): Command {
  return withPeopleOptions(command)
    .option("--daily-users <n>", "whose traffic at the peak it is", amount(1, MAX_USERS))
    .option("--streams <n>", "live streams of the gateway, held open", amount(0, MAX_STREAMS))
    .option("--owners <n>", "an owner slice: one timeline process as one of n", amount(2, 1_000))
    .option("--seconds <n>", "how long is measured", amount(1, MAX_SECONDS))
    .option("--warm-up <n>", "seconds before, sent and not measured", amount(0, MAX_SECONDS))
    .option("--threshold <text>", "in place of the scenario's; again for more", collect);
}

export function withMeshOptions(command: Command): Command {
  return command
    .option("--world <folder>", "a folder of `load prefill`; empty stores by default")
    .option("--warm", "reads everyone's first page before: caches as after hours of traffic")
    .addOption(
      new Option("--running", "load the mesh that runs already, as of npm start").conflicts([
        "world",
        "engine",
        "timelines",
        "env",
      ]),
    )
    .addOption(engineOption("of the mesh that is started"))
    .option("--timelines <n>", "timeline processes", amount(1, MAX_TIMELINES), 1)
    .option("--env <name=value>", "a variable of the services; again for more", collectEnv, {});
}

export function withTargetOptions(command: Command): Command {
  return withMeshOptions(command)
    .addOption(
      new Option("--driver <name>", "raw frames; the client that services use; ghz for mixes")
        .choices(DRIVERS)
        .default("raw" satisfies DriverName),
    )
    .option("--generators <n>", "processes that make the load", amount(1, 64), 1)
    .option(
      "--connections <n>",
      "to each server, of each generator; 2, over HTTP/1.1 64 and more as needed",
      amount(1, 1_000),
    )
    .option("--max-open <n>", "steps begun and not over; more are not sent", amount(1, 1e6), 20_000)
    .option("--watchers <n>", "viewers whose timelines are watched", amount(0, 2_000), 200);
}

export function generatorOf(options: TargetOptions): GeneratorOptions {
  const { driver, connections = DEFAULT_CONNECTIONS, maxOpen, watchers } = options;
  return { driver, connections, maxOpen, watchers };
}

export function worldOf(options: MeshOptions): WorldOptions {
  const { world, warm, running, engine, timelines, env } = options;
  return { world, warm, running, engine, timelines, env };
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectEnv(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined)
    throw new InvalidArgumentError("Give NAME=VALUE, as TIDINGS_LOG_LEVEL=info.");
  return { ...before, [name]: value };
}
