/** `npm run load -- COMMAND`: the load toolkit. One file a command. */
import { Command } from "../../tools/command-line/command.ts";
import { ReflectionError } from "../calls/methods/reflection.ts";
import { EXIT_CODES, InconclusiveError } from "../measure/verdict.ts";
import { GeneratorError } from "../play/generators/generators.ts";
import { TargetError } from "../target/target-error.ts";
import { capacityCommand } from "./capacity.ts";
import { clocksCommand } from "./clocks.ts";
import { compareCommand } from "./compare.ts";
import { coordinateCommand, joinCommand } from "./coordinate.ts";
import { exportCommand } from "./export.ts";
import { mergeCommand } from "./merge.ts";
import { newCommand } from "./new.ts";
import { LoadError } from "./options/load-error.ts";
import { planCommand } from "./plan/plan.ts";
import { populationCommand } from "./population/population.ts";
import { prefillCommand } from "./prefill.ts";
import { replayCommand } from "./replay.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { saturateCommand } from "./saturate.ts";
import { simulateCommand } from "./simulate/simulate.ts";
import { readAgesCommand } from "./strategies/read-ages.ts";
import { strategiesCommand } from "./strategies/strategies.ts";
import { trafficCommand } from "./traffic/traffic.ts";

/** Whose messages say what to do: printed without a stack. */
const EXPECTED = [
  LoadError,
  RangeError,
  ReflectionError,
  TargetError,
  GeneratorError,
  InconclusiveError,
];

const program = new Command("npm run load --")
  .description("Makes the traffic of millions of people, and measures what the mesh makes of it.")
  // A command and its subcommands may have options of the same name.
  .enablePositionalOptions()
  .addCommand(populationCommand())
  .addCommand(reportCommand())
  .addCommand(trafficCommand())
  .addCommand(simulateCommand())
  .addCommand(prefillCommand())
  .addCommand(newCommand())
  .addCommand(runCommand())
  .addCommand(replayCommand())
  .addCommand(coordinateCommand())
  .addCommand(joinCommand())
  .addCommand(exportCommand())
  .addCommand(mergeCommand())
  .addCommand(saturateCommand())
  .addCommand(clocksCommand())
  .addCommand(compareCommand())
  .addCommand(capacityCommand())
  .addCommand(strategiesCommand())
  .addCommand(readAgesCommand())
  .addCommand(planCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  console.error((error as Error).message);
  process.exitCode = error instanceof InconclusiveError ? EXIT_CODES.inconclusive : 1;
}
