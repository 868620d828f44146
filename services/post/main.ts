import { runService } from "../platform/lifecycle/run-service.ts";
import { readPostConfig } from "./config.ts";
import { createPostService } from "./create.ts";

await runService("post", (env, log) => createPostService(readPostConfig(env), { log }));
