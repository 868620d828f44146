import { describe, expect, it } from "vitest";
import type { Json } from "../spec/call-scenario.ts";
import { parseCheck } from "./check.ts";
import type { CheckedProtocol } from "./check-error.ts";

const JSON_BODY: Json = {
  items: [{ id: 5, name: "a", tags: ["new"] }, { id: "6" }],
  big: "9007199254740993",
  price: null,
  note: "",
  tags: ["banana", 7],
  place: { x: 1, y: 2 },
};

interface Answered {
  readonly status?: number;
  readonly body?: string;
  readonly json?: Json;
  readonly protocol?: CheckedProtocol;
}

function holds(text: string, changes: Answered = {}) {
  const { protocol = "http" } = changes;
  const { status = 200, body = JSON.stringify(JSON_BODY), json = JSON_BODY } = changes;
  const headers = new Map([["content-type", "application/json"]]);
  const answer = { status, head: { status, headers }, text: () => body, json: () => json };
  return parseCheck(text, protocol).holds(answer);
}

describe("a check", () => {
  it.each([
    "status == 200",
    "status < 300",
    "$.items[0].id == 5",
    '$.items[0].name == "a"',
    "$.items[0].name == a",
    "$.items[1].id == 6",
    "$.big == 9007199254740993",
    "count($.items[*]) == 2",
    "$.items[?@.id == 5].name == a",
    "header.Content-Type contains json",
    'body matches /"NAME":/i',
    "$.error !exists",
    "$.items exists",
    "$.items[0].id != 6",
    "$.items[?value(@.tags[0]) == 'new'].id == 5",
    "$.items[?@.tags[0]].id == 5",
    '$.place == {"y":2,"x":1}',
    "$.tags contains 7",
    "$.tags contains banana",
    "$.items contains new",
    "$.big contains 9007",
  ])("holds: %s", (text) => {
    expect(holds(text)).toBe(true);
  });

  it.each([
    ['body == {"ok": true}', true],
    ['body == {"ok":true}', false],
    ['body contains "ok": true', true],
    ['body contains {"ok": true}', true],
    ['body != {"ok": true}', false],
  ])("has a body as it came, spaces and all: %s", (text, isTrue) => {
    expect(holds(text, { body: '{"ok": true}' })).toBe(isTrue);
  });

  it.each(["body == 1.0", "body == '1.0'", "body contains 1.0", "body != 1"])(
    "rounds no number of a body: %s",
    (text) => {
      expect(holds(text, { body: "1.0" })).toBe(true);
    },
  );

  it("takes JSON without spaces for gRPC's answer, which is written so", () => {
    const asked = { body: '{"ok":true}', protocol: "grpc" } as const;
    expect(holds('body == {"ok": true}', asked)).toBe(true);
  });

  it.each([
    "status == 404",
    "$.nothing == 5",
    "$.nothing != 5",
    "count($.items[*]) > 2",
    "header.etag exists",
    "body contains zebra",
    "$.price <= 100",
    "$.price >= 0",
    "$.note < 5",
    "$.tags >= 0",
    "$.tags contains nan",
  ])("does not hold: %s", (text) => {
    expect(holds(text)).toBe(false);
  });

  it("knows gRPC's names", () => {
    expect(holds("status == NOT_FOUND", { status: 5, protocol: "grpc" })).toBe(true);
    expect(holds("status != OK", { status: 0, protocol: "grpc" })).toBe(false);
  });

  it.each([
    ["status", "not of the form SUBJECT COMPARISON VALUE"],
    ["stat == 5", "stat is none of status, body, header.NAME"],
    ["$.items[!] == 5", "is no JSONPath"],
    ["count($.items[?@.tags[0] == 'new']) == 0", "write value(@.tags[0]) == 'new'"],
    ["body matches /(/", "Invalid regular expression"],
    ["body matches ok", "a pattern is written /like this/"],
    ["status == fine", "fine is no status"],
    ["status == NOT_FOUND", "NOT_FOUND is no status of HTTP: give its number"],
    ['$.at > "2026-11-30"', '> is of numbers, and "2026-11-30" is none'],
    ["$.user == {{row.user}}", "{{row.user}} stands for nothing in a check"],
  ])("refuses %s", (text, message) => {
    expect(() => parseCheck(text, "http")).toThrow(message);
  });

  it.each([
    ["status == 200", "200 is no status of gRPC: give 0 to 16"],
    ["status == fine", "fine is no status of gRPC"],
    ["header.etag exists", "headers are of HTTP: of gRPC there are status, body"],
  ])("refuses %s of gRPC, whose answers never have that", (text, message) => {
    expect(() => parseCheck(text, "grpc")).toThrow(message);
  });
});
