import { runService } from "../platform/lifecycle/run-service.ts";
import { readBookstoreConfig } from "./config.ts";
import { createBookstoreService } from "./create.ts";

await runService("bookstore", async (env, log) => {
  const service = await createBookstoreService(readBookstoreConfig(env), { log });
  const { address, port, close } = service;
  return { address, port, close };
});
