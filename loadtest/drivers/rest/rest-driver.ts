import { present } from "../../../services/model/invariant.ts";
import type { Call, Driver, Target, Targets } from "../driver.ts";
import { type DriverOptions, openPooledDriver } from "../pooled-driver.ts";
import { type OpenConnection, ReopenedLine } from "../reopened-line.ts";
import { openRestConnection } from "./connection.ts";
import { type EncodedRequest, encodeRequest, headerLines } from "./request.ts";

/**
 * Where an operation's requests go, with headers of every one; what is asked is in each message, which
 * repeats none of them.
 */
export type RestTarget = Pick<Target, "addresses" | "headers">;

/**
 * Sends REST calls over HTTP/1.1 connections that are kept alive, one request in flight on each: a call
 * waits for a free one as for a stream slot. A message is JSON (see RestRequest); statuses are mapped to
 * gRPC's. Nothing is retried: what a connection's end cuts off is UNAVAILABLE. Rejects when a target
 * can't be reached, naming it.
 */
export async function openRestDriver(
  targets: Targets<RestTarget>,
  options: DriverOptions,
): Promise<Driver> {
  /** Made when they are sent, not when they are written: what is no request is told to the sender. */
  const requests = new WeakMap<Call, EncodedRequest>();
  const driver = await openPooledDriver({
    name: "REST",
    targets,
    options,
    callsPerLine: 1,
    lineTo: (address, clock, onRoom) => {
      const fixedLines = targets.map((target) =>
        headerLines({ host: address, ...target?.headers }),
      );
      const requestOf = (call: Call) => {
        const { firstLine, rest } = present(requests.get(call));
        return firstLine + fixedLines[call.operation] + rest;
      };
      const open: OpenConnection = (events, signal) =>
        openRestConnection({ address, requestOf, clock, dial: options.dial }, events, signal);
      return new ReopenedLine(open, onRoom);
    },
  });
  return {
    ...driver,
    send: (call, done) => {
      requests.set(call, encodeRequest(call.message));
      driver.send(call, done);
    },
  };
}
