/** `npm run prometheus`: gets a Prometheus for the tests of rules and metrics. */
import { Command } from "../command-line/command.ts";
import { installPrometheus } from "./prometheus.ts";

new Command("npm run prometheus --")
  .description(
    "Gets a Prometheus for the tests of rules and metrics: unpacked in the cache, not installed.",
  )
  .parse();

try {
  console.log((await installPrometheus()).prometheus);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
