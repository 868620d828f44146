import { runService } from "../services/platform/lifecycle/run-service.ts";
import { readConsoleConfig } from "./config.ts";
import { createConsole } from "./create.ts";

await runService("console", (env, log) => createConsole(readConsoleConfig(env), { log }));
