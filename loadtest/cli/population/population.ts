import { Command } from "../../../tools/command-line/command.ts";
import { describeCommand } from "../print/population-describe.ts";
import { exportCommand } from "./population-export.ts";

/** `load population`: the people that all traffic is made of. */
export function populationCommand(): Command {
  return new Command("population")
    .description("People and their friendships, computed from a seed.")
    .addCommand(describeCommand())
    .addCommand(exportCommand());
}
