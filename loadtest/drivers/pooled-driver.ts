import { present } from "../../services/model/invariant.ts";
import type { Dial } from "./connect-to.ts";
import {
  type Call,
  type Driver,
  type MicroClock,
  monotonicClock,
  type Target,
  type Targets,
} from "./driver.ts";
import type { Line } from "./line.ts";
import { LinePool, type StatusOfLoss } from "./line-pool.ts";
import { unreachable } from "./unreachable.ts";

export interface DriverOptions {
  /** To each address. */
  readonly connections: number;
  /** So many are opened when calls wait for one, where a line takes one call at a time; none more by default. */
  readonly mostConnections?: number | undefined;
  /** How long the target may take to accept connections, ms. */
  readonly connectMs?: number;
  readonly clock?: MicroClock;
  /** Over TLS; plain by default. */
  readonly dial?: Dial | undefined;
  /** As it is told; "https" over a `dial` by default. */
  readonly scheme?: "http" | "https";
  /** Whether that is TLS: what went wrong is told by it. */
  readonly isTls?: boolean;
  /** What the target is called, as in certificates; its address by default. */
  readonly authority?: string | undefined;
}

/** A line of a driver. */
export interface DriverLine extends Line {
  /** Undefined: it has no connection of its own that could be open. */
  readonly isOpen?: boolean;
  /** Rejects when the target can't be reached. */
  open(): Promise<void>;
  close(): void;
}

export interface PooledDriverPlan {
  readonly name: string;
  readonly targets: Targets<Pick<Target, "addresses">>;
  readonly options: DriverOptions;
  /** Calls that may be in flight on one line. */
  readonly callsPerLine: number;
  /** UNAVAILABLE by default. */
  readonly statusOfLoss?: StatusOfLoss;
  /** Of a call that was refused unseen twice; UNAVAILABLE by default. */
  readonly statusOfRefusal?: number;
  /** `onRoom` is called whenever the line may have room again, was opened or was closed. */
  readonly lineTo: (address: string, clock: MicroClock, onRoom: () => void) => DriverLine;
}

export const DEFAULT_CONNECT_MS = 5_000;

/**
 * A driver whose calls go over lines of one kind, all of them open before it begins. Operations of the
 * same servers share their lines, as an app's would. Rejects when a target can't be reached, naming it.
 */
export async function openPooledDriver(plan: PooledDriverPlan): Promise<Driver> {
  const { name, targets, options, callsPerLine, lineTo, statusOfLoss, statusOfRefusal } = plan;
  const { connections, connectMs = DEFAULT_CONNECT_MS, clock = monotonicClock, isTls } = options;
  const { mostConnections = 0 } = options;
  const pools = new Map<string, LinePool>();
  const lines: DriverLine[] = [];
  const linesTo = new Map<string, readonly DriverLine[]>();
  const opening: Promise<void>[] = [];
  const poolTo = (addresses: readonly string[]) => {
    const onRoom = () => pool.roomMade();
    const byAddress = addresses.map((address) =>
      Array.from({ length: connections }, () => lineTo(address, clock, onRoom)),
    );
    const onWait = growing(byAddress, mostConnections, (address) => {
      const line = lineTo(addresses[address], clock, onRoom);
      lines.push(line);
      return line;
    });
    const pool = new LinePool(byAddress, clock, { onWait, statusOfLoss, statusOfRefusal });
    pools.set(addresses.join(), pool);
    lines.push(...byAddress.flat());
    byAddress.forEach((made, i) => {
      linesTo.set(addresses[i], made);
      opening.push(...made.map((line) => opened(line, addresses[i], { connectMs, isTls })));
    });
    return pool;
  };
  const byOperation = targets.map(
    (target) => target && (pools.get(target.addresses.join()) ?? poolTo(target.addresses)),
  );
  const close = () => {
    for (const line of lines) line.close();
  };
  try {
    await Promise.all(opening);
  } catch (error) {
    close();
    throw error;
  }
  return {
    name,
    capacity: lines.length * callsPerLine,
    send: (call, done) => present(byOperation[call.operation]).send(call, done),
    cancel: (call) => present(byOperation[call.operation]).cancel(call),
    away: () =>
      [...linesTo]
        .filter(([, made]) => made.every(({ isOpen }) => isOpen === false))
        .map(([address]) => address),
    sentAgain: () => pools.values().reduce((sum, pool) => sum + pool.sentAgain, 0),
    close,
  };
}

async function opened(
  line: DriverLine,
  address: string,
  {
    connectMs,
    isTls = false,
  }: { readonly connectMs: number; readonly isTls?: boolean | undefined },
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no connection within ${connectMs} ms`)),
    connectMs,
  );
  try {
    await Promise.race([line.open(), late.promise]);
  } catch (error) {
    throw unreachable(address, error as Error, isTls);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What opens a line more for a call that waits for one, as clients do, until there are so many to its address:
 * else a target that takes its time would be judged by how few lines there are to it. One that can't be opened
 * is left out.
 */
function growing(
  byAddress: readonly DriverLine[][],
  most: number,
  lineTo: (address: number) => DriverLine,
): (call: Call) => void {
  let turn = 0;
  return ({ address }) => {
    const index = address ?? turn++ % byAddress.length;
    const lines = byAddress[index];
    if (lines.length >= most) return;
    const line = lineTo(index);
    lines.push(line);
    line.open().catch(() => {
      line.close();
      lines.splice(lines.indexOf(line), 1);
    });
  };
}
