import type { DropArgument, Server } from "node:net";
import type { Logger } from "../telemetry/logger.ts";
import { thinned } from "../telemetry/thinned.ts";

/** A flood of refused connections is one line in so long, ms. */
const REFUSALS_EVERY_MS = 1_000;

/** Refuses connections beyond the limit, with a line in the log that counts them. */
export function capConnections(server: Server, maxConnections: number, log: Logger): void {
  server.maxConnections = maxConnections;
  const tell = thinned(REFUSALS_EVERY_MS, (dropped: DropArgument | undefined, refusedCount) => {
    const from = dropped?.remoteAddress;
    log.warn({ maxConnections, refusedCount, from }, "connections refused: too many are open");
  });
  server.on("drop", tell);
}
