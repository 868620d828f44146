import { runService } from "../platform/lifecycle/run-service.ts";
import { readGatewayConfig } from "./config.ts";
import { createGateway } from "./create.ts";

await runService("gateway", async (env, log) => {
  const { address, port, close } = await createGateway(readGatewayConfig(env), { log });
  return { address, port, close };
});
