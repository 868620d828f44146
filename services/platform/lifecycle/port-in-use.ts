import { connect, createServer } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { systemClock } from "../clock/system-clock.ts";
import type { Logger } from "../telemetry/logger.ts";

/** Somebody else has the port; the message names it and the remedy. */
export class PortInUseError extends Error {
  override name = "PortInUseError";
}

export interface Place {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/**
 * Who keeps a port from being listened on. A connection does, too: systems give ports from 32768 (Linux) or 49152 on to
 * whoever connects to somewhere, and keep each for a minute after its connection has ended.
 */
export type Holder = "nobody" | "a listener" | "a connection";

export interface ListenOptions {
  /** For tests. */
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** A connection that has ended holds its port for 60 s on Linux (TIME_WAIT). */
const HELD_AT_MOST_MS = 70_000;
const LOOK_EVERY_MS = 500;

/** What to do about a port that connections are given, where it is to be listened on. */
export const EPHEMERAL_PORTS =
  "it is among those that the system gives to connections (on Linux net.ipv4.ip_local_port_range). Try again in a " +
  "minute, choose lower ones with TIDINGS_PORT_BASE, or have the system leave these out " +
  "(net.ipv4.ip_local_reserved_ports)";

export function portInUse(
  { host, port }: Place,
  holder: Holder = "a listener",
  cause?: unknown,
): PortInUseError {
  const what = `port ${port} on ${host} is`;
  return new PortInUseError(
    holder === "a connection"
      ? `${what} held by a connection of this machine, and nobody listens there: ${EPHEMERAL_PORTS}`
      : `${what} in use by another process: stop that process, ` +
          "or set TIDINGS_PORT_BASE to move every port of the mesh",
    { cause },
  );
}

/**
 * Listens, once no connection holds the port. Throws PortInUseError when somebody listens there, or a connection does
 * not let go of it in time.
 */
export async function listenAt<T>(
  place: Place,
  listen: () => Promise<T>,
  { clock = systemClock, log }: ListenOptions = {},
): Promise<T> {
  // Tried by a socket of its own: grpc-js's server does not try a second time.
  if (place.port !== 0) await untilNobodyHolds(place, clock, log);
  try {
    return await listen();
  } catch (error) {
    throw isTaken(error) ? portInUse(place, await holderOf(place), error) : error;
  }
}

async function untilNobodyHolds(place: Place, clock: Clock, log: Logger | undefined) {
  const endsMs = clock.monotonicMs() + HELD_AT_MOST_MS;
  for (let isTold = false; ; isTold = true) {
    const holder = await holderOf(place);
    if (holder === "nobody") return;
    if (holder === "a listener" || clock.monotonicMs() >= endsMs) throw portInUse(place, holder);
    if (!isTold) log?.warn(place, "a connection of this machine holds the port; waiting for it");
    await clock.delay(LOOK_EVERY_MS);
  }
}

/** Who has it now. */
export async function holderOf(place: Place): Promise<Holder> {
  if (await canListen(place)) return "nobody";
  return (await isListening(place)) ? "a listener" : "a connection";
}

/** Whether a TCP port can be bound on this host now. */
export function canListen({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function isListening({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** grpc-js has it in its message alone. */
function isTaken(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "EADDRINUSE" || message.includes("EADDRINUSE");
}
