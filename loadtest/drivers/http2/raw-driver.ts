import { present } from "../../../services/model/invariant.ts";
import type { Driver, MicroClock, Target, Targets } from "../driver.ts";
import { type DriverOptions, openPooledDriver } from "../pooled-driver.ts";
import { type OpenConnection, ReopenedLine } from "../reopened-line.ts";
import { type Method, openRawConnection, rawMethod } from "./connection.ts";

/** What servers allow on one connection unless they say otherwise (limits of the mesh, DESIGN.md 8). */
const STREAMS_PER_CONNECTION = 100;

/**
 * Sends unary gRPC calls as raw HTTP/2 frames: one write a call, so that calls due at different times
 * never leave together. Rejects when a target can't be reached, naming it.
 */
export function openRawDriver(targets: Targets, options: DriverOptions): Promise<Driver> {
  return openPooledDriver({
    name: "raw HTTP/2",
    targets,
    options,
    callsPerLine: STREAMS_PER_CONNECTION,
    lineTo: (address, clock, onRoom) =>
      new ReopenedLine(connectionTo(address, methodsAt(address, targets), clock), onRoom),
  });
}

/** What to write for each operation of this address. */
export function methodsAt(address: string, targets: Targets): readonly (Method | undefined)[] {
  const methodOf = ({ path, timeoutMs, headers }: Target) =>
    rawMethod(address, path, { "grpc-timeout": `${timeoutMs}m`, ...headers });
  return targets.map((target) =>
    target?.addresses.includes(address) ? methodOf(target) : undefined,
  );
}

function connectionTo(
  address: string,
  methods: readonly (Method | undefined)[],
  clock: MicroClock,
): OpenConnection {
  return async ({ onRoom, onClosed }, signal) => {
    const events = { onRoom, onClosed: () => onClosed("them") };
    const connection = await openRawConnection(address, events, signal);
    return {
      get isClosed() {
        return connection.refusal(0) === "closed";
      },
      tryWrite: (call, done) => {
        const stream = connection.send(present(methods[call.operation]), call.message, done);
        if (stream === 0) return connection.refusal(call.message.length) ?? "slot";
        call.writtenMicros = clock.nowMicros();
        return () => connection.cancel(stream);
      },
      close: () => connection.close(),
    };
  };
}
