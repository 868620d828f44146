import { Command } from "../../tools/command-line/command.ts";
import { PUBLISHED } from "../calls/published/published.ts";
import { LIVE_FOLDER } from "../live/live-file.ts";
import { type LiveOptions, openObservers } from "../live/observers.ts";
import { EXIT_CODES } from "../measure/verdict.ts";
import type { PlayOptions } from "../play/play-options.ts";
import { playScenario } from "../play/play-scenario.ts";
import { openWorld } from "../play/world/open-world.ts";
import type { RunResult } from "../results/run-result.ts";
import { readScenario } from "../scenarios/read-scenario.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { SCENARIOS } from "../scenarios/scenarios.ts";
import { type PartFlags, partOf, withPartOptions } from "./files/run-part.ts";
import { typedScenario } from "./files/where-typed.ts";
import { writeResult } from "./files/write-result.ts";
import { amount, number } from "./options/arguments.ts";
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
import { runBar } from "./print/run-bar.ts";
import { runSummary } from "./print/run-summary.ts";
import { runCalls } from "./run-calls.ts";

interface Options extends ScenarioOptions, TargetOptions, PartFlags, CallOptions, LiveOptions {
  readonly ceiling?: number;
  readonly out?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Scenarios:
${[...SCENARIOS.values()].map(({ name, about }) => `  ${name.padEnd(20)}${about}`).join("\n")}

Published workloads, on a mesh that runs (elsewhere: --target HOST:PORT):
${[...PUBLISHED.values()].map(({ name, about }) => `  ${name.padEnd(20)}${about}`).join("\n")}

Examples:
  npm run load -- prefill --people 100k --days 8 --out .data/load/world-100k
  npm run load -- run steady --world .data/load/world-100k
  npm run load -- run steady --daily-users 1M --seconds 30 --threshold 'p99(lag) < 1s' --threshold 'lost == 0'
  npm run load -- run my-mix.json --generators 2 --out result.json
  npm run load -- run mix --driver ghz --threshold 'failures == 0'
  npm run load -- report result.json --out report.html

Any gRPC server with reflection, and any URL:
  npm run load -- run --target localhost:50051 --call pkg.Service/Method --data '{"id":"{{random 1 100}}"}' --rate 500
  npm run load -- run --target 'http://localhost:8080/v1/items?limit=5' --rate 200 --check 'status == 200' --threshold 'failures == 0'

Several machines, whose clocks agree, on one mesh that runs (then load merge makes one result):
  npm run load -- run steady --running --run-name monday --generator 0/2 --start-at 2026-11-21T14:30:00Z --out part0.json

Ctrl-C ends a run early and keeps what was measured; a second one leaves at once.

Exit codes: 0 passed (or no threshold was given: no verdict), 3 a threshold failed (whatever else is not known), 4 INVALID (the generator was
late, or sent too little), 5 INCONCLUSIVE (the machine's speed changed by what decides it, or one of several
machines was lost), 1 the run ended before its time, or anything else.`;

/** `load run`: plays one scenario, once. */
export function runCommand(): Command {
  const command = withTargetOptions(withScenarioOptions(new Command("run")));
  return withCallOptions(withPartOptions(command))
    .description(
      "Plays a scenario against the mesh, or calls of any gRPC or HTTP target, and says whether the service level held.",
    )
    .argument("[scenario]", "a name from below, or the path of a .json or .ts file", typedScenario)
    .option(
      "--ceiling <n>",
      "calls a second that the driver can do, of an earlier run here",
      amount(1, 1e7),
    )
    .option("--out <file>", "where the result goes; .data/load/results by default")
    .option("--json", "print the result itself in place of a summary")
    .option("--live", "show the run in the terminal while it goes on")
    .option("--live-page <port>", "and as a page of this machine; 0 is any port", number(0, 65_535))
    .option("--otlp <url>", "and to an OpenTelemetry collector, as http://localhost:4318")
    .option("--live-folder <folder>", "where the console finds how far the run is", LIVE_FOLDER)
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(
  nameOrPath: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const result = await resultFor(nameOrPath, options, typedOptions(command));
  console.log(options.json ? JSON.stringify(result, null, 2) : runSummary(result));
  const file = await writeResult(result, options.out);
  if (!options.json) console.log(`Result: ${file}`);
  process.exitCode = exitCodeOf(result);
}

async function resultFor(
  nameOrPath: string | undefined,
  options: Options,
  typed: ReadonlySet<string>,
): Promise<RunResult> {
  const calls = await callsAskedFor(nameOrPath, options, typed);
  const part = partOf(options, { ...options, running: options.running || calls }, Date.now());
  if (calls) return await runCalls(calls, { ...options, part });
  if (nameOrPath === undefined) {
    throw new LoadError("Give a scenario's name or file, or --target ADDRESS --call METHOD.");
  }
  return await play(await readScenario(nameOrPath, options), options, part);
}

async function play(
  scenario: Scenario,
  options: Options,
  part: PlayOptions["part"],
): Promise<RunResult> {
  await using observers = await openObservers(scenario, options);
  const prepared = await preparePlay(scenario, options, options.ceiling ?? "find", part);
  return await withInterrupt(async (signal) => {
    console.error(options.running ? "Finding the mesh." : "Starting a mesh.");
    await using world = await openWorld(scenario, worldOf(options));
    using bar = observers.isTerminalTaken ? undefined : runBar(scenario);
    return await playScenario({
      ...prepared,
      target: world.target,
      delivery: world.delivery,
      part,
      ...(world.fill && { fill: world.fill }),
      onProgress: (progress) => {
        bar?.show(progress);
        observers.show(progress);
      },
      signal,
    });
  });
}

/** A run that did not come to its planned end has no verdict, whatever its thresholds were by then. */
export function exitCodeOf({ verdict, failure }: Pick<RunResult, "verdict" | "failure">): number {
  return failure === undefined ? EXIT_CODES[verdict.outcome] : 1;
}
