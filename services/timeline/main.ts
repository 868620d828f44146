import { runService } from "../platform/lifecycle/run-service.ts";
import { readTimelineConfig } from "./config.ts";
import { createTimelineService } from "./create.ts";

await runService("timeline", (env, log) => createTimelineService(readTimelineConfig(env), { log }));
