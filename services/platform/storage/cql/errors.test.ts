import { errors, types } from "cassandra-driver";
import { describe, expect, it } from "vitest";
import { asUnavailable, isOutcomeUnknown, isTableUnknown } from "./errors.ts";

const { responseErrorCodes: codes } = types;
const { ResponseError } = errors as unknown as {
  ResponseError: new (code: number, message: string) => Error;
};

/** As the driver makes it when a connection breaks. */
function socketError(extra: object = {}): Error {
  const error: Error = Reflect.construct(errors.DriverError, ["Socket was closed"]);
  return Object.assign(error, { isSocketError: true }, extra);
}

const answered = (code: number, message = "as answered") => new ResponseError(code, message);

it.each([
  [true, codes.invalid, "table t does not exist"],
  [true, codes.invalid, "unconfigured table t"],
  [true, codes.serverError, "java.lang.IllegalArgumentException: Unknown CF f7caf160-eb66"],
  [false, codes.serverError, "java.lang.NullPointerException"],
  [false, codes.invalid, "Undefined column name t"],
])("a table that another process is making: %s for %i, %s", (isUnknown, code, message) => {
  expect(isTableUnknown(answered(code, message))).toBe(isUnknown);
});

describe("what the driver throws", () => {
  it.each([
    ["a connection that broke", socketError(), true],
    [
      "a connection that broke before the request was written",
      socketError({ requestNotWritten: true }),
      false,
    ],
    ["a reset while connecting", Object.assign(new Error("reset"), { syscall: "read" }), true],
    ["no answer in time", new errors.OperationTimedOutError("late"), true],
    ["no host", new errors.NoHostAvailableError({}), true],
    ["no active connection", new errors.DriverInternalError("No active connection found"), true],
    ["a busy connection", new errors.BusyConnectionError("a", 1, 1), false],
    ["a node that is shutting down", answered(codes.serverError), true],
    ["a write timeout", answered(codes.writeTimeout), true],
    ["too few replicas", answered(codes.unavailableException), false],
  ])("%s is UNAVAILABLE", (_name, error, isUnknown) => {
    expect(asUnavailable(error)).toMatchObject({ code: "UNAVAILABLE", cause: error });
    expect(isOutcomeUnknown(error)).toBe(isUnknown);
  });

  it.each([
    ["a wrong statement", answered(codes.syntaxError)],
    ["a table that is not there", answered(codes.invalid)],
    ["a wrong argument", new errors.ArgumentError("no")],
    ["a fault in the code", new TypeError("undefined is not a function")],
  ])("%s stays a fault of ours", (_name, error) => {
    expect(asUnavailable(error)).toBe(error);
    expect(isOutcomeUnknown(error)).toBe(false);
  });
});
