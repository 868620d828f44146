import { present } from "../../../services/model/invariant.ts";
import type { Dial } from "../connect-to.ts";
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
      new ReopenedLine(
        connectionTo(address, {
          methods: methodsAt(address, targets, options),
          clock,
          dial: options.dial,
        }),
        onRoom,
      ),
  });
}

/** What to write for each operation of this address. */
export function methodsAt(
  address: string,
  targets: Targets,
  {
    dial,
    scheme = dial ? "https" : "http",
    authority = address,
  }: Pick<DriverOptions, "dial" | "scheme" | "authority"> = {},
): readonly (Method | undefined)[] {
  const methodOf = ({ path, timeoutMs, headers, framed, stopAfter }: Target) =>
    rawMethod(authority, path, {
      headers: { "grpc-timeout": `${timeoutMs}m`, ...headers },
      scheme,
      framed,
      stopAfter,
    });
  return targets.map((target) =>
    target?.addresses.includes(address) ? methodOf(target) : undefined,
  );
}

interface ConnectionPlan {
  readonly methods: readonly (Method | undefined)[];
  readonly clock: MicroClock;
  readonly dial: Dial | undefined;
}

function connectionTo(address: string, { methods, clock, dial }: ConnectionPlan): OpenConnection {
  return async (events, signal) => {
    const connection = await openRawConnection(address, events, signal, dial);
    return {
      get isClosed() {
        return connection.refusal(0) === "closed";
      },
      tryWrite: (call, done) => {
        const stream = connection.send(present(methods[call.operation]), call, done);
        if (stream === 0) return connection.refusal(call.message.length) ?? "slot";
        call.writtenMicros = clock.nowMicros();
        return () => connection.cancel(stream);
      },
      close: () => connection.close(),
    };
  };
}
