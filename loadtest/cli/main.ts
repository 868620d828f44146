/** `npm run load -- COMMAND`: the load toolkit. One file a command. */
import { Command } from "commander";
import { LoadError } from "./load-error.ts";
import { populationCommand } from "./population.ts";
import { trafficCommand } from "./traffic.ts";

const program = new Command("load")
  .description("Makes the traffic of millions of people, and measures what the mesh makes of it.")
  // A command and its subcommands may have options of the same name.
  .enablePositionalOptions()
  .addCommand(populationCommand())
  .addCommand(trafficCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LoadError || error instanceof RangeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
