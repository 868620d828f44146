import { describe, expect, it } from "vitest";
import { accessRecord } from "./access-log.ts";
import { jsonRecord } from "./trace-record.ts";

const read = (line: object) => jsonRecord(JSON.stringify({ time: 1, ...line }));

describe("a line of a trace", () => {
  it.each([
    [{ request: "GET /v1/items?n=5" }, { request: "GET /v1/items?n=5" }],
    [{ request: "GET /v1/items HTTP/1.1", status: 200 }, { request: "GET /v1/items" }],
    [{ method: "GET", url: "https://shop.test/v1?n=5#top" }, { request: "GET /v1?n=5" }],
    [{ path: "/v1" }, { request: "GET /v1" }],
    [{ request_method: "GET", request_uri: "/", remote_addr: "::1" }, { request: "GET /" }],
    [
      { method: "POST", path: "/v1", body: { a: 1 } },
      { request: "POST /v1", body: '{"a":1}', headers: { "content-type": "application/json" } },
    ],
    [
      { request: "POST /v1", data: [1, "{{x}}"] },
      { body: '[1,"{{x}}"]', headers: { "content-type": "application/json" } },
    ],
    [
      { request: "POST /v1", body: '{"a": 1}' },
      { body: '{"a": 1}', headers: { "content-type": "application/json" } },
    ],
    [{ request: "POST /v1", body: "a=1&b=2" }, { body: "a=1&b=2" }],
    [
      {
        request: "POST /v1",
        body: "a,b",
        headers: { "Content-Type": "text/csv", Host: "x", "Content-Length": 3, "X-N": 5 },
      },
      { body: "a,b", headers: { "content-type": "text/csv", "x-n": "5" } },
    ],
    [{ request: "POST /v1", message: {}, headers: { Host: "x" } }, { body: "{}" }],
    [
      { method: "a.B/C", message: { id: 1 } },
      { method: "a.B/C", message: { id: 1 } },
    ],
    [
      { method: "/a.B/C", data: { id: 1 }, metadata: { "grpc-timeout": "1S", "x-team": "a" } },
      { method: "a.B/C", message: { id: 1 }, headers: { "x-team": "a" } },
    ],
    [{ method: "a.B/C", body: { id: 1 } }, { message: { id: 1 } }],
  ])("is read as it is written: %j", (line, record) => {
    expect(read(line)).toMatchObject({ atSeconds: 1, ...record });
  });

  it.each([["time"], ["timestamp"], ["@timestamp"], ["ts"], ["time_iso8601"]])(
    "has its time as %s",
    (name) => {
      const line = { [name]: "2026-11-28T12:00:00Z", request: "GET /" };
      expect(jsonRecord(JSON.stringify(line)).atSeconds).toBe(1_795_867_200);
    },
  );

  it.each([
    [
      { request: "GET /", payload: {} },
      /^its field "payload" is not known: there are time or timestamp .* message or data, body/,
    ],
    [{ request: "GET /", body: "a", data: {} }, /both a "message" \(or "data"\) and a "body"/],
    [{ request: "GET /", message: {}, data: {} }, /^it has "message" and "data": give one/],
    [{ request: "GET /", method: "POST" }, /^it says not what is called: of gRPC "method"/],
    [{ method: "POST" }, /^it says not what is called/],
    [{}, /^it says not what is called/],
    [{ request: "get /" }, /^"get \/" is no request as "GET \/v1\/items"/],
    [{ request: "GET /", headers: { a: {} } }, /^its headers are \{"a":\{\}\}: give an object of/],
    [{ request: "GET /", headers: "a: b" }, /^its headers are "a: b"/],
    [{ method: "a.B/C", body: "{}" }, /^its message is "\{\}": a call of gRPC has an object/],
    [{ request: "GET /", time: "noon" }, /^its time is "noon", and neither a number nor ISO/],
  ])("is refused with what is wrong: %j", (line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  it("may be of an access log", () => {
    const line =
      '::1 - - [28/Nov/2026:12:00:00 +0000] "GET http://a.b/v1?n=5 HTTP/1.1" 200 5 "-" "-"';
    expect(accessRecord(line)).toEqual({ atSeconds: 1_795_867_200, request: "GET /v1?n=5" });
    expect(() => accessRecord("hello")).toThrow("neither JSON nor a line of an access log");
  });
});
