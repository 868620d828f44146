import { runService } from "../run-service.ts";

/** A service that does nothing but log, and tells its parent of each line. */
await runService("chatty", async (_env, log) => {
  let count = 0;
  const timer = setInterval(() => {
    log.info({ count }, "x".repeat(10_000));
    process.send?.({ count: ++count });
  }, 1);
  return { close: async () => clearInterval(timer) };
});
