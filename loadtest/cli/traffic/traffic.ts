import { Command } from "../../../tools/command-line/command.ts";
import { withUsersOption } from "../options/traffic-options.ts";
import { withWorldOptions } from "../options/world-options.ts";
import { describeTrafficCommand } from "../print/traffic-describe.ts";
import { emitTraffic, withEmitOptions } from "./traffic-emit.ts";

const EXAMPLES = `
Examples:
  npm run load -- traffic describe
  npm run load -- traffic describe --users 1M --zones world
  npm run load -- traffic --from 18:00 --seconds 10 | head
  npm run load -- traffic --from 18:00 --seconds 10 --generators 3 --generator 0 --out part.ndjson
  npm run load -- traffic --users 100k --from 20:00 --seconds 60 --format ghz --out ghz-data
  npm run load -- traffic --seconds 60 --format digest`;

/** `load traffic`: what the people do, and when. */
export function trafficCommand(): Command {
  return withEmitOptions(withUsersOption(withWorldOptions(new Command("traffic"))))
    .description("What all people do through a day, in order, from a seed: opens, pages, posts.")
    .addHelpText("after", EXAMPLES)
    .enablePositionalOptions()
    .action(emitTraffic)
    .addCommand(describeTrafficCommand());
}
