import { describe, expect, it } from "vitest";
import { accessRecord } from "./access-log.ts";
import { readHar } from "./har.ts";
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

  it("may be as Caddy writes it, nested, and only what is of the call is sent", () => {
    const request = {
      remote_ip: "::1",
      proto: "HTTP/2.0",
      method: "POST",
      host: "shop.test",
      uri: "/v1/items?dry=1",
      headers: { Accept: ["text/html", "*/*"], Authorization: ["REDACTED"], Host: ["shop.test"] },
      tls: { version: 772 },
    };
    const line = { level: "info", ts: 1795867200.5, msg: "handled request", request, size: 5 };
    expect(jsonRecord(JSON.stringify({ ...line, resp_headers: { Server: ["Caddy"] } }))).toEqual({
      atSeconds: 1_795_867_200.5,
      request: "POST /v1/items?dry=1",
      headers: { accept: "text/html, */*" },
    });
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
    [{ request: "GET /", headers: { a: {} } }, /^its header "a" is no text: give an object of/],
    [{ request: "GET /", headers: "a: b" }, /^its headers are no object: give an object of/],
    [{ method: "a.B/C", body: "{}" }, /^its message is "\{\}": a call of gRPC has an object/],
    [{ request: "GET /", time: "noon" }, /^its time is "noon", and neither a number nor ISO/],
  ])("is refused with what is wrong: %j", (line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  it("may be of an access log", () => {
    const line =
      '::1 - - [28/Nov/2026:12:00:00 +0000] "GET http://a.b/v1?n=5 HTTP/1.1" 200 5 "-" "-"';
    expect(accessRecord(line)).toEqual({ atSeconds: 1_795_867_200, request: "GET /v1?n=5" });
    const odd = (request: string) => line.replace(/"GET[^"]*"/, `"${request}"`);
    for (const request of ["-", "GET /a b HTTP/1.1", "GET /\u00e9 HTTP/1.1", "\\x16\\x03\\x01"]) {
      expect(() => accessRecord(odd(request))).toThrow('is no request as "GET /v1/items"');
    }
    expect(() => accessRecord("hello")).toThrow("neither JSON nor a line of an access log");
  });
});

describe("an HTTP archive", () => {
  const entry = (request: object) => ({
    startedDateTime: "2026-11-28T12:00:00.250Z",
    time: 12.5,
    request: { httpVersion: "h2", headers: [], cookies: [], headersSize: -1, ...request },
    response: { status: 200 },
  });
  const read = (...entries: readonly object[]) =>
    readHar(JSON.stringify({ log: { version: "1.2", entries } }));

  it("has its requests with headers and bodies", () => {
    const headers = [
      { name: ":authority", value: "shop.test" },
      { name: "X-Team", value: "a" },
    ];
    const postData = { mimeType: "text/csv", text: "a,b" };
    const url = "https://shop.test/v1/items?dry=1#top";
    expect(read(entry({ method: "POST", url, headers, postData })).records).toEqual([
      {
        atSeconds: 1_795_867_200.25,
        request: "POST /v1/items?dry=1",
        body: "a,b",
        headers: { "x-team": "a" },
      },
    ]);
  });

  it("is of one host, and what was not sent is not replayed", () => {
    const urls = [
      "data:text/css,a",
      "https://shop.test/a",
      "https://cdn.test/b",
      "https://shop.test/c",
    ];
    const reading = read(...urls.map((url) => entry({ method: "GET", url })));
    expect(reading.records.map(({ request }) => request)).toEqual(["GET /a", "GET /c"]);
    expect(reading.leftOut()).toEqual([
      "1 of its 3 requests went to other hosts than the first, and were left out; the first of them to cdn.test.",
    ]);
  });

  it("goes without odd requests, and says where the first is wrong", () => {
    const get = { method: "GET", url: "https://shop.test/" };
    const reading = read(entry(get), entry({ ...get, url: 5 }), entry({ ...get, method: "get" }));
    expect(() => reading.leftOut()).toThrow(
      "log.entries.1: it is wrong at request.url: expected string. 2 of its 3 requests are no calls",
    );
    expect(read(entry(get), entry({ ...get, method: "get" })).leftOut()).toEqual([
      '1 of its 2 requests are no calls, and were left out; the first is log.entries.1: "get https://shop.test/" is no request as "GET /v1/items".',
    ]);
    expect(() => readHar("[]")).toThrow(
      "as an HTTP archive (HAR) it is wrong at its begin: expected object",
    );
  });
});

it("has numbers of time in quotes too, as nginx writes them, and dates of the years that they say", () => {
  const at = (time: unknown) => jsonRecord(JSON.stringify({ time, request: "GET /" })).atSeconds;
  expect(["1795867200.123", 1_795_867_200.123, "12.5", "1795867200123"].map(at)).toEqual([
    1_795_867_200.123, 1_795_867_200.123, 12.5, 1_795_867_200.123,
  ]);
  expect(at("2026-11-28T12:00:00Z")).toBe(1_795_867_200);
  for (const none of [true, [2026], {}, "soon"]) expect(() => at(none)).toThrow("its time is");
});

it("is none when it has a header that can't be sent", () => {
  for (const headers of [{ "x-user": "Zoë" }, { "x user": "a" }, { "x-user": "a\r\nb: c" }]) {
    const [name] = Object.keys(headers);
    expect(() => read({ request: "GET /", headers })).toThrow(
      `its header "${name}" is none that can be sent`,
    );
  }
});
