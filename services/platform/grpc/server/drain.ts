import { setTimeout as delay } from "node:timers/promises";
import type { Server } from "@grpc/grpc-js";
import type { Logger } from "../../telemetry/logger.ts";
import { type InFlight, stopAll } from "./calls/in-flight.ts";

/** Streams may outlive every bound: after this they are told to resume elsewhere, ms. */
const STREAM_GRACE_MS = 1_000;
/** For the last answers to leave and the connections to close, ms. */
const FAREWELL_MS = 250;

export interface DrainOptions {
  readonly log: Logger;
  readonly drainMs: number;
  readonly lingerMs?: number;
}

/**
 * Lets clients notice NOT_SERVING, refuses new calls, waits for those in flight, ends streams that
 * stay open, and after `drainMs` answers whatever is left with UNAVAILABLE.
 */
export async function drainServer(
  server: Server,
  inFlight: InFlight,
  { log, drainMs, lingerMs = 0 }: DrainOptions,
): Promise<void> {
  const endsMs = performance.now() + drainMs;
  if (lingerMs > 0) await delay(Math.min(lingerMs, drainMs));
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const remainingMs = Math.max(0, endsMs - performance.now());
  const graceMs = Math.min(STREAM_GRACE_MS, remainingMs / 2);
  const endStreams = setTimeout(() => stopAll(inFlight.streams), graceMs);
  if (!(await isDoneWithin(closed, remainingMs))) {
    log.warn({ drainMs, calls: inFlight.count }, "calls did not end in time: cut off");
    stopAll(inFlight.unary);
    stopAll(inFlight.streams);
    await isDoneWithin(closed, FAREWELL_MS);
  }
  clearTimeout(endStreams);
  server.forceShutdown();
}

async function isDoneWithin(done: Promise<void>, ms: number): Promise<boolean> {
  const timeout = new AbortController();
  const isLate = delay(ms, false, { signal: timeout.signal }).catch(() => false);
  const isDone = await Promise.race([done.then(() => true), isLate]);
  timeout.abort();
  return isDone;
}
