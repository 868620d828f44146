import { Metadata, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "./error-table.ts";
import {
  ANSWERED,
  DomainError,
  internal,
  invalidArgument,
  notFound,
  resourceExhausted,
  statusOf,
  unavailable,
} from "./errors.ts";
import { domainErrorOf, failedCall } from "./wire-errors.ts";

function roundTrip(error: DomainError): DomainError {
  return domainErrorOf(failedCall(statusOf(error)));
}

describe("the error table", () => {
  it("has every gRPC status but OK, each once", () => {
    const statuses = Object.values(ERROR_TABLE).map(({ grpc }) => grpc);
    expect(new Set(statuses).size).toBe(statuses.length);
    expect(statuses.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });

  it("serves gRPC and HTTP from one error", () => {
    expect(statusOf(notFound("post", 7n))).toMatchObject({
      code: status.NOT_FOUND,
      httpStatus: 404,
      message: "no post 7",
      details: { reason: "NOT_FOUND", metadata: { resource: "post", id: "7" } },
    });
  });

  it("keeps the text of unforeseen errors from callers", () => {
    expect(statusOf(new Error("password is hunter2"))).toMatchObject({
      code: status.INTERNAL,
      httpStatus: 500,
      message: "internal error",
    });
  });
});

describe("errors over the wire", () => {
  it("carry reason and metadata", () => {
    const sent = unavailable("ask another", {
      reason: "NOT_OWNER",
      metadata: { owner: "é:1", v: "2" },
    });
    const received = roundTrip(sent);
    expect(received).toBeInstanceOf(DomainError);
    expect(received).toMatchObject({
      code: "UNAVAILABLE",
      message: "ask another",
      reason: "NOT_OWNER",
      metadata: { owner: "é:1", v: "2" },
    });
  });

  it.each([0, 1, 999, 1_500, 86_400_000])("carry the retry delay of %i ms", (retryAfterMs) => {
    expect(roundTrip(resourceExhausted("full", retryAfterMs)).retryAfterMs).toBe(retryAfterMs);
  });

  it("carry what is wrong with which field", () => {
    expect(roundTrip(invalidArgument("text", "is empty", "write something")).violations).toEqual([
      { field: "text", description: "is empty; write something" },
    ]);
  });

  it("tell a server that can't from one that nobody reaches", () => {
    expect(roundTrip(unavailable("the store could not write")).reason).toBe(ANSWERED);
    const nobody = { code: status.UNAVAILABLE, details: "No connection established" };
    expect(domainErrorOf(nobody).reason).toBeUndefined();
  });

  it("do without details where there are none", () => {
    const failure = failedCall(statusOf(internal("broken")));
    expect(failure.metadata.getMap()).toEqual({});
    expect(domainErrorOf(failure)).toMatchObject({
      code: "INTERNAL",
      metadata: {},
      violations: [],
    });
  });

  it("survive a message that is not well-formed text", () => {
    expect(roundTrip(new DomainError("INTERNAL", "lone \ud800 surrogate")).message).toBe(
      "lone \ufffd surrogate",
    );
  });

  it("still have code and message when the details are no google.rpc.Status", () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from([0x1a, 0xff, 0xff]));
    const error = domainErrorOf({ code: status.ABORTED, details: "no", metadata });
    expect(error).toMatchObject({ code: "ABORTED", message: "no", reason: undefined });
  });

  it("are UNKNOWN when their status is none that gRPC defines", () => {
    expect(domainErrorOf({ code: 99, details: "?", metadata: new Metadata() }).code).toBe(
      "UNKNOWN",
    );
  });
});
