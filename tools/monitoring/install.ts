/** `npm run prometheus`: gets a Prometheus for the tests of rules and metrics. */
import { installPrometheus } from "./prometheus.ts";

try {
  console.log((await installPrometheus()).prometheus);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
