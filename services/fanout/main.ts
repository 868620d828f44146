import { runService } from "../platform/lifecycle/run-service.ts";
import { readFanoutConfig } from "./config.ts";
import { createFanoutService } from "./create.ts";

await runService("fanout", async (env, log) => {
  const config = readFanoutConfig(env);
  const { metricsPort, close } = await createFanoutService(config, { log });
  return { address: `${config.host}:${metricsPort}`, port: metricsPort, close };
});
