import { runService } from "../platform/lifecycle/run-service.ts";
import { readFanoutConfig } from "./config.ts";
import { createFanoutService } from "./create.ts";

await runService("fanout", (env, log) => createFanoutService(readFanoutConfig(env), { log }));
