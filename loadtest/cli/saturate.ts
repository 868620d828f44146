import { InvalidArgumentError } from "commander";
import { MAX_PEOPLE } from "../../population/graph/world.ts";
import { Command } from "../../tools/command-line/command.ts";
import { type SaturationResult, saturateGateway } from "../play/saturate-gateway.ts";
import { openWorld } from "../play/world/open-world.ts";
import { populationOf } from "../scenarios/check-scenario.ts";
import type { Overrides } from "../scenarios/overrides.ts";
import { readScenario } from "../scenarios/read-scenario.ts";
import { describeMachine } from "../target/describe-machine.ts";
import { writeResult } from "./files/write-result.ts";
import { amount } from "./options/arguments.ts";
import { commandLine } from "./options/command-line.ts";
import { LoadError } from "./options/load-error.ts";
import {
  type MeshOptions,
  withMeshOptions,
  withPeopleOptions,
  worldOf,
} from "./options/play-options.ts";
import { withInterrupt } from "./options/with-interrupt.ts";
import { cpuText } from "./print/run-cpu.ts";

interface Options extends MeshOptions, Pick<Overrides, "people" | "seed" | "mean"> {
  readonly path: string;
  readonly person?: number;
  readonly connections: number;
  readonly seconds: number;
  readonly out?: string;
  readonly json?: boolean;
}

const PATH = "/v1/timeline?include=posts&limit=20";
const MAX_SECONDS = 600;
/** Its world and people, and that it goes through the gateway. */
const SCENARIO = "rest";

const EXAMPLES = `
One person's request, again as soon as it was answered, over so many connections, by autocannon: it shows
where the gateway ends, and what each process takes by then. It is no load as people make it: for latencies
and capacity there are load run and load capacity.

Examples:
  npm run load -- saturate --world .data/load/world-100k
  npm run load -- saturate --running --path /v1/timeline --connections 200 --seconds 30`;

/** `load saturate`: how much of one request the gateway can answer at all. */
export function saturateCommand(): Command {
  return withMeshOptions(withPeopleOptions(new Command("saturate")))
    .description("Asks the gateway for one thing as fast as it can answer: saturation, no latency.")
    .option("--path <path>", "what is asked for", path, PATH)
    .option("--person <id>", "who asks; someone active by default", amount(1, MAX_PEOPLE))
    .option("--connections <n>", "each with one request on its way", amount(1, 10_000), 64)
    .option("--seconds <n>", "how long", amount(1, MAX_SECONDS), 10)
    .option("--out <file>", "where the result goes; .data/load/results by default")
    .option("--json", "print the result itself in place of a summary")
    .addHelpText("after", EXAMPLES)
    .action(saturate);
}

async function saturate(options: Options): Promise<void> {
  const { people, seed, mean, connections, seconds } = options;
  const scenario = await readScenario(SCENARIO, { people, seed, mean });
  const { person = populationOf(scenario).active.personAt(0) } = options;
  const result = await withInterrupt(async (signal) => {
    await using world = await openWorld(scenario, worldOf(options));
    const work = saturateGateway({
      target: world.target,
      fill: world.fill,
      machine: describeMachine(),
      command: commandLine(),
      path: options.path,
      person,
      connections,
      seconds,
    });
    return await Promise.race([work, aborted(signal)]);
  });
  if (result === undefined) {
    console.error("Interrupted: autocannon tells its figures when it is done, so there are none.");
    process.exit(1); // it can't be told to stop
  }
  console.log(options.json ? JSON.stringify(result, null, 2) : textOf(result));
  const file = await writeResult(result, options.out);
  if (!options.json) console.log(`Result: ${file}`);
  if (result.okPerSecond === 0) throw new LoadError("Nothing was answered well.");
}

function textOf(result: SaturationResult): string {
  const { label, path, okPerSecond, otherAnswers, errors, timeouts, generatorCpuShare } = result;
  const { person, connections, seconds, resources, target, fill } = result;
  const fillText = fill
    ? `Stores held ${fill.posts} posts and ${fill.entries} entries.`
    : target.kind === "running"
      ? "How full its stores are is not known here."
      : "Its stores began empty, and so is the page: see `load prefill`, and --world.";
  return [
    `${label}.`,
    `GET ${path} for person ${person}, over ${connections} connections, for ${seconds} s.`,
    "",
    `${okPerSecond.toFixed(0)} good answers a second; ${otherAnswers} others, ${errors} errors, ${timeouts} timeouts.`,
    "",
    ...cpuText(resources, target, generatorCpuShare),
    fillText,
  ].join("\n");
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    if (signal.aborted) resolve(undefined);
  });
}

function path(text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text;
  throw new InvalidArgumentError(`It must begin with /, such as ${PATH}.`);
}
