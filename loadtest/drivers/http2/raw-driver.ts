import { type Driver, type MicroClock, monotonicClock, type Target } from "../driver.ts";
import { LinePool } from "../line-pool.ts";
import { RawLine } from "./raw-line.ts";

export interface RawDriverOptions {
  /** To each address. */
  readonly connections: number;
  /** How long the target may take to accept connections, ms. */
  readonly connectMs?: number;
  readonly clock?: MicroClock;
}

/** What servers allow on one connection unless they say otherwise (limits of the mesh, DESIGN.md 8). */
const STREAMS_PER_CONNECTION = 100;
const DEFAULT_CONNECT_MS = 5_000;

/**
 * Sends unary gRPC calls as raw HTTP/2 frames: one write a call, so that calls due at different times
 * never leave together. Rejects when a target can't be reached, naming it.
 */
export async function openRawDriver(
  targets: readonly Target[],
  { connections, connectMs = DEFAULT_CONNECT_MS, clock = monotonicClock }: RawDriverOptions,
): Promise<Driver> {
  const addresses = [...new Set(targets.flatMap((target) => target.addresses))];
  const pools = new Map<string, LinePool>();
  const lines: RawLine[] = [];
  const poolOf = (target: Target) => {
    const key = target.addresses.join();
    const room = () => pools.get(key)?.roomMade();
    const made = Array.from({ length: connections }, () =>
      target.addresses.map((address) => new RawLine(address, targets, clock, room)),
    ).flat();
    lines.push(...made);
    const pool = new LinePool(made, clock);
    pools.set(key, pool);
    return pool;
  };
  // Operations of the same servers share their connections, as an app's would.
  const byOperation = targets.map((target) => pools.get(target.addresses.join()) ?? poolOf(target));
  const close = () => {
    for (const line of lines) line.close();
  };
  try {
    await within(connectMs, Promise.all(lines.map((line) => line.open())));
  } catch (error) {
    close();
    throw new Error(
      `No answer from ${addresses.join(", ")}: is the target running? (${(error as Error).message})`,
      { cause: error },
    );
  }
  return {
    name: "raw HTTP/2",
    capacity: lines.length * STREAMS_PER_CONNECTION,
    send: (call, done) => byOperation[call.operation]!.send(call, done),
    cancel: (call) => byOperation[call.operation]!.cancel(call),
    close,
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no connection within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
