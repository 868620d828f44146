import { availableParallelism } from "node:os";
import { measureDeliveries } from "../../population/measure/deliveries.ts";
import { present } from "../../services/model/invariant.ts";
import { Command } from "../../tools/command-line/command.ts";
import type { CapacityResult, CapacityStep } from "../capacity/capacity-result.ts";
import { CAPACITY_DEFAULTS } from "../capacity/options.ts";
import { searchCapacity } from "../capacity/search-capacity.ts";
import type { Delivery } from "../demand/delivery.ts";
import { wholeMesh } from "../plan/size/whole-mesh.ts";
import { scaleOf } from "../play/scale-scenario.ts";
import { capacityTargetOf } from "../play/world/capacity-of-world.ts";
import { openWorld } from "../play/world/open-world.ts";
import { FINDING_EXIT_CODES, findingOf } from "../results/finding.ts";
import { checkScenario, populationOf } from "../scenarios/check-scenario.ts";
import { readScenario } from "../scenarios/read-scenario.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { searchCalls } from "./capacity-of-calls.ts";
import { readCalibration } from "./files/calibration-file.ts";
import { typedScenario } from "./files/where-typed.ts";
import { writeResult } from "./files/write-result.ts";
import { amount } from "./options/arguments.ts";
import { type CallOptions, withCallOptions } from "./options/call-options.ts";
import { callsAskedFor } from "./options/calls-asked-for.ts";
import { LoadError } from "./options/load-error.ts";
import { typedOptions } from "./options/options-by-target.ts";
import {
  type ScenarioOptions,
  type TargetOptions,
  withScenarioOptions,
  withTargetOptions,
  worldOf,
} from "./options/play-options.ts";
import { preparePlay } from "./options/prepare-play.ts";
import { withInterrupt } from "./options/with-interrupt.ts";

interface Options extends ScenarioOptions, TargetOptions, CallOptions {
  readonly start?: number;
  readonly highest: number;
  readonly stepSeconds: number;
  readonly confirmSeconds: number;
  readonly mostMinutes: number;
  readonly calibration?: string;
  readonly out?: string;
}

const EXAMPLES = `
A step is a run of the scenario (steady by default) with so many daily users at the peak of their day; of a
mix with so many calls a second.
The highest load is searched by bisection, each load by the best of three steps, and confirmed three
times; the answer is an interval. Prefill first: an empty timeline is cheaper to read.

Examples:
  npm run load -- prefill --people 1M --timelines 20 --out .data/load/world-1m-20
  npm run load -- capacity --people 1M --timelines 20 --world .data/load/world-1m-20 --start 1M
  npm run load -- capacity --people 100k --world .data/load/pulled-100k --warm --start 5M   # filled with --delivery pull
  npm run load -- capacity --target localhost:50051 --call pkg.Service/Method --data '{}' --start 200 \\
    --threshold 'p99(service.Method) < 50ms' --threshold 'failures == 0'
  npm run load -- capacity --target http://localhost:8080/v1/items --driver autocannon
  npm run load -- report .data/load/results/*-capacity.json --out capacity.html

Exit codes: 0 found; 3 nothing holds; 5 INCONCLUSIVE; 1 it ended before its time (interrupted, its budget used
up, the target lost), whatever it had found.`;

const MAX_USERS = 1e9;
const MAX_MINUTES = 24 * 60;
/** People whose friends are counted. */
const SAMPLED = 4_000;

/** `load capacity`: the highest load at which the service level holds. */
export function capacityCommand(): Command {
  return withCallOptions(withTargetOptions(withScenarioOptions(new Command("capacity"))))
    .description("Searches the highest load at which the service level holds.")
    .argument("[scenario]", "what a step is; steady by default", typedScenario)
    .option("--start <n>", "tried first; the scenario's own by default", amount(1, MAX_USERS))
    .option("--highest <n>", "tried at most", amount(1, MAX_USERS), MAX_USERS)
    .option("--step-seconds <n>", "of a step", amount(5, 3_600), CAPACITY_DEFAULTS.stepSeconds)
    .option(
      "--confirm-seconds <n>",
      "of a confirmation",
      amount(5, 3_600),
      CAPACITY_DEFAULTS.confirmSeconds,
    )
    .option(
      "--most-minutes <n>",
      "what is known by then is the result",
      amount(1, MAX_MINUTES),
      120,
    )
    .option(
      "--calibration <file>",
      "for the rest of an owner slice's mesh; that of the engine in docs/load by default",
    )
    .option("--out <file>", "where the result goes; .data/load/results by default")
    .addHelpText("after", EXAMPLES)
    .action(capacity);
}

async function capacity(
  name: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const typed = typedOptions(command);
  if (typed.has("seconds")) {
    throw new LoadError("--seconds: a search has --step-seconds and --confirm-seconds.");
  }
  const calls = await callsAskedFor(name, options, typed);
  const result = calls
    ? await searchCalls(calls, options, (step) => console.error(stepLine(step)))
    : await searchMesh(name ?? "steady", options);
  if (hasNotBegun(result)) throw new LoadError(present(result.ended));
  const file = await writeResult(result, options.out);
  console.log([...result.summary, `Result: ${file}`].join("\n"));
  process.exitCode = FINDING_EXIT_CODES[findingOf(result)];
}

async function searchMesh(name: string, options: Options): Promise<CapacityResult> {
  const { unit, own, at } = scaleOf(await readScenario(name, options));
  const start = options.start ?? own;
  const scenario = await checkScenario(at(start));
  const prepared = await preparePlay(scenario, options, "find");
  return await withInterrupt(async (signal) => {
    await using world = await openWorld(scenario, worldOf(options));
    const { delivery } = world;
    const coresOf = await coresOfSlice(scenario, options, delivery);
    const target = capacityTargetOf({ ...prepared, target: world.target, signal });
    return await searchCapacity(target, {
      command: prepared.command,
      startedAt: new Date().toISOString(),
      unit,
      start,
      highest: options.highest,
      stepSeconds: options.stepSeconds,
      confirmSeconds: options.confirmSeconds,
      mostSeconds: options.mostMinutes * 60,
      cores: availableParallelism(),
      delivery,
      ...(coresOf && { coresOf }),
      onStep: (step) => console.error(stepLine(step)),
      signal,
    });
  });
}

/** Of an owner slice the other owners were not there: what they would have used is reckoned. */
async function coresOfSlice(
  scenario: Scenario,
  { engine, calibration }: Options,
  delivery?: Delivery,
) {
  const { slice } = scenario;
  if (slice.kind !== "owner") return undefined;
  const { costs } = await readCalibration(engine, calibration, delivery);
  const { toActiveFriends: activePerPost } = measureDeliveries(populationOf(scenario), SAMPLED);
  const { owners } = slice;
  return ({ cpu, load: dailyUsers }: CapacityStep) =>
    wholeMesh(cpu, { dailyUsers, owners, activePerPost, delivery }, costs);
}

/** Not one step could be made: there is no result to keep. */
function hasNotBegun({ steps, earlierSteps = [], ended }: CapacityResult): boolean {
  return ended !== undefined && steps.length + earlierSteps.length === 0;
}

/** On a step's line. */
const MOST_TIMES = 2;

function stepLine({
  phase,
  load,
  why,
  seconds,
  outcome,
  reasons,
  said = [],
  cpu,
  figures,
}: CapacityStep): string {
  const cores = Object.values(cpu).reduce((sum, share) => sum + share, 0);
  const times = Object.entries(figures).filter(([name]) => name.endsWith(" p99"));
  const shown = times.filter(([name]) => name === "lag p99");
  return [
    `${phase} ${load.toLocaleString("en")}${why ? ` (${why})` : ""} for ${seconds} s: ${outcome}`,
    `${cores.toFixed(2)} cores`,
    ...(shown.length > 0 ? shown : times)
      .slice(0, MOST_TIMES)
      .map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`),
    ...[...reasons, ...said].map((sentence) => sentence.replace(/\.$/, "")),
  ].join("; ");
}
