import { describe, expect, it } from "vitest";
import type { Json } from "../spec/call-scenario.ts";
import { parseCheck } from "./check.ts";

const JSON_BODY: Json = { items: [{ id: 5, name: "a" }, { id: "6" }], big: "9007199254740993" };

function holds(text: string, changes: { status?: number; body?: string; json?: Json } = {}) {
  const { status = 200, body = JSON.stringify(JSON_BODY), json = JSON_BODY } = changes;
  const headers = new Map([["content-type", "application/json"]]);
  const answer = { status, head: { status, headers }, text: () => body, json: () => json };
  return parseCheck(text).holds(answer);
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
  ])("holds: %s", (text) => {
    expect(holds(text)).toBe(true);
  });

  it.each([
    "status == 404",
    "$.nothing == 5",
    "$.nothing != 5",
    "count($.items[*]) > 2",
    "header.etag exists",
    "body contains zebra",
  ])("does not hold: %s", (text) => {
    expect(holds(text)).toBe(false);
  });

  it("knows gRPC's names", () => {
    expect(holds("status == NOT_FOUND", { status: 5 })).toBe(true);
    expect(holds("status != OK", { status: 0 })).toBe(false);
  });

  it.each([
    ["status", "not of the form SUBJECT COMPARISON VALUE"],
    ["stat == 5", "stat is none of status, body, header.NAME"],
    ["$.items[!] == 5", "is no JSONPath"],
    ["body matches /(/", "Invalid regular expression"],
    ["body matches ok", "a pattern is written /like this/"],
    ["status == fine", "fine is no status"],
  ])("refuses %s", (text, message) => {
    expect(() => parseCheck(text)).toThrow(message);
  });
});
