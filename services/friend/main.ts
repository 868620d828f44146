import { runService } from "../platform/lifecycle/run-service.ts";
import { readFriendConfig } from "./config.ts";
import { createFriendService } from "./create.ts";

await runService("friend", async (env, log) => {
  const service = await createFriendService(readFriendConfig(env), { log });
  const { address, port } = service.grpc;
  return { address, port, close: service.close };
});
