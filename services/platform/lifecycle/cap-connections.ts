import type { Server } from "node:net";
import type { Logger } from "../telemetry/logger.ts";

/** A flood of refused connections is one line in so long, ms. */
const REFUSALS_EVERY_MS = 1_000;

/** Refuses connections beyond the limit, with a line in the log that counts them. */
export function capConnections(server: Server, maxConnections: number, log: Logger): void {
  server.maxConnections = maxConnections;
  let refusedCount = 0;
  server.on("drop", (dropped) => {
    refusedCount++;
    if (refusedCount > 1) return;
    setTimeout(() => {
      const from = dropped?.remoteAddress;
      log.warn({ maxConnections, refusedCount, from }, "connections refused: too many are open");
      refusedCount = 0;
    }, REFUSALS_EVERY_MS).unref();
  });
}
