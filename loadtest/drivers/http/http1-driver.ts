import { present } from "../../../services/model/invariant.ts";
import { NO_HTTP, statusOfLoss } from "../../measure/outcome/lost.ts";
import type { Call, Driver, Target, Targets } from "../driver.ts";
import { type DriverOptions, openPooledDriver } from "../pooled-driver.ts";
import { type OpenConnection, ReopenedLine } from "../reopened-line.ts";
import { openRestConnection } from "../rest/connection.ts";
import { encodeHttp1, type RequestTo, statusOfHttp } from "./request.ts";

/**
 * Sends any requests over HTTP/1.1 connections that are kept alive, one request in flight on each: a call
 * waits for a free one as for a stream slot. What is asked is in each call's parts, the body its message.
 * Nothing is retried. Rejects when a target can't be reached, naming it.
 */
export async function openHttp1Driver(
  targets: Targets<Pick<Target, "addresses" | "headers">>,
  options: DriverOptions,
): Promise<Driver> {
  /** Made when they are sent, not when they are written: what is no request is told to the sender. */
  const requests = new WeakMap<Call, RequestTo>();
  const { dial, authority } = options;
  const driver = await openPooledDriver({
    name: "HTTP/1.1",
    targets,
    options,
    callsPerLine: 1,
    statusOfLoss,
    lineTo: (address, clock, onRoom) => {
      const host = authority ?? address;
      const requestOf = (call: Call) => present(requests.get(call))(host);
      const statuses = { answer: statusOfHttp, loss: statusOfLoss, garbled: NO_HTTP };
      const plan = { address, requestOf, clock, dial, statuses };
      const open: OpenConnection = (events, signal) => openRestConnection(plan, events, signal);
      return new ReopenedLine(open, onRoom);
    },
  });
  const fixed = targets.map((target) => target?.headers ?? {});
  return {
    ...driver,
    send: (call, done) => {
      requests.set(call, encodeHttp1(call, fixed[call.operation]));
      driver.send(call, done);
    },
  };
}
