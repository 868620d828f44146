import { runService } from "../platform/lifecycle/run-service.ts";
import { readRateLimitConfig } from "./config.ts";
import { createRateLimitService } from "./create.ts";

await runService("ratelimit", (env, log) =>
  createRateLimitService(readRateLimitConfig(env), { log }),
);
