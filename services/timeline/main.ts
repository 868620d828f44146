import { runService } from "../platform/lifecycle/run-service.ts";
import { readTimelineConfig } from "./config.ts";
import { createTimelineService } from "./create.ts";

await runService("timeline", async (env, log) => {
  const service = await createTimelineService(readTimelineConfig(env), { log });
  const { address, port } = service.grpc;
  return { address, port, close: service.close };
});
