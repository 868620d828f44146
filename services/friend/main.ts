import { runService } from "../platform/lifecycle/run-service.ts";
import { readFriendConfig } from "./config.ts";
import { createFriendService } from "./create.ts";

await runService("friend", (env, log) => createFriendService(readFriendConfig(env), { log }));
