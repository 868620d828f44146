import { runService } from "../platform/lifecycle/run-service.ts";
import { readEngagementConfig } from "./config.ts";
import { createEngagementService } from "./create.ts";

await runService("engagement", (env, log) =>
  createEngagementService(readEngagementConfig(env), { log }),
);
