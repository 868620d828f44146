import { runService } from "../platform/lifecycle/run-service.ts";
import { readErasureConfig } from "./config.ts";
import { createErasureService } from "./create.ts";

await runService("erasure", (env, log) => createErasureService(readErasureConfig(env), { log }));
