import { describe, expect, it, test } from "vitest";
import { type CallerIdRule, callerId } from "./caller-id.ts";

const LINE = { maxBytes: 8 };
const NAME = { maxBytes: 8, isRequired: true };
const KEY = { maxBytes: 8, isRequired: true, isAscii: true };
const utf8 = (text: string) => new TextEncoder().encode(text);

test.each<readonly [string, CallerIdRule]>([
  ["", LINE],
  ["a b", LINE],
  ["größer", LINE],
  ["a b", NAME],
  ["a/b~!", KEY],
])("%j is an id by %j", (id, rule) => {
  expect(callerId("request_id", id, rule)).toBe(id);
  expect(callerId("request_id", utf8(id), rule)).toBe(id);
});

describe("what is no id is refused with field, limit and remedy", () => {
  const line = "one line of at most 8 bytes of UTF-8 without control characters";
  const name = "one line of 1 to 8 bytes of UTF-8 without control characters";
  it.each<readonly [string, CallerIdRule, string]>([
    ["a\0", LINE, `holds the control character U+0000; send ${line}`],
    ["a\n", LINE, `holds the control character U+000A; send ${line}`],
    ["\u009b", NAME, `holds the control character U+009B; send ${name}`],
    ["123456789", LINE, `is 9 bytes, at most 8; send ${line}`],
    ["ääääa", LINE, `is 9 bytes, at most 8; send ${line}`],
    ["", NAME, `is empty; send ${name}`],
    ["", KEY, "is empty; send 1 to 8 visible ASCII characters"],
    ["a b", KEY, 'is "a b"; send 1 to 8 visible ASCII characters'],
    ["ä", KEY, 'is "ä"; send 1 to 8 visible ASCII characters'],
  ])("%j by %j", (id, rule, description) => {
    const expected = {
      code: "INVALID_ARGUMENT",
      message: `request_id: ${description}, the same in each retry`,
    };
    expect(() => callerId("request_id", id, rule)).toThrow(expect.objectContaining(expected));
    expect(() => callerId("request_id", utf8(id), rule)).toThrow(expect.objectContaining(expected));
  });

  it("also what no UTF-8 stands for", () => {
    expect(() => callerId("f", "a\ud800", LINE)).toThrow("f: is not well-formed; send");
    expect(() => callerId("f", Uint8Array.of(0xff), LINE)).toThrow("f: is not well-formed UTF-8");
  });
});
