import { runService } from "../platform/lifecycle/run-service.ts";
import { readPostConfig } from "./config.ts";
import { createPostService } from "./create.ts";

await runService("post", async (env, log) => {
  const service = await createPostService(readPostConfig(env), { log });
  const { address, port } = service.grpc;
  return { address, port, close: service.close };
});
