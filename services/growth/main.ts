import { runService } from "../platform/lifecycle/run-service.ts";
import { readGrowthConfig } from "./config.ts";
import { createGrowthService } from "./create.ts";

await runService("growth", (env, log) => createGrowthService(readGrowthConfig(env), { log }));
