import { runService } from "../platform/lifecycle/run-service.ts";
import { readGatewayConfig } from "./config.ts";
import { createGatewayService } from "./create.ts";

await runService("gateway", (env, log) => createGatewayService(readGatewayConfig(env), { log }));
