import { runService } from "../platform/lifecycle/run-service.ts";
import { readRankingConfig } from "./config.ts";
import { createRankingService } from "./create.ts";

await runService("ranking", (env, log) => createRankingService(readRankingConfig(env), { log }));
