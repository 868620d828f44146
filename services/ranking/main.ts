import { runService } from "../platform/lifecycle/run-service.ts";
import { readRankingConfig } from "./config.ts";
import { createRankingService } from "./create.ts";

await runService("ranking", async (env, log) => {
  const service = await createRankingService(readRankingConfig(env), { log });
  const { address, port } = service.grpc;
  return { address, port, close: service.close };
});
