import { describe, expect, it } from "vitest";
import type { Json } from "../spec/call-scenario.ts";
import { drawsOf } from "./draws.ts";
import { jsonTemplate, textTemplate } from "./template.ts";

function filling(call: number, row?: Json, saved: Readonly<Record<string, Json>> = {}) {
  return { call, draw: drawsOf(7, call), row, saved: new Map(Object.entries(saved)) };
}

describe("a template", () => {
  it("gives the same for the same call, and something else for another", () => {
    const template = textTemplate(
      "{{uuid}} {{random 1 1000000}} {{text 20}} {{hex 8}} {{float 0 1}}",
    );
    const first = template.fill(filling(1));
    expect(template.fill(filling(1))).toBe(first);
    expect(template.fill(filling(2))).not.toBe(first);
    expect(first).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12} \d+ [a-z]{20} [\da-f]{8} 0\.\d+$/,
    );
  });

  it("covers both ends of a range", () => {
    const template = textTemplate("{{random 1 3}}");
    const drawn = new Set(Array.from({ length: 200 }, (_, call) => template.fill(filling(call))));
    expect([...drawn].sort()).toEqual(["1", "2", "3"]);
  });

  it("keeps the type of what stands alone, and makes text of what does not", () => {
    const value = {
      id: "{{sequence 100}}",
      name: "user-{{sequence}}",
      row: "{{row}}",
      "{{row.k}}": 1,
    };
    expect(jsonTemplate(value).fill(filling(5, { k: "key" }))).toEqual({
      id: 105,
      name: "user-5",
      row: { k: "key" },
      key: 1,
    });
  });

  it("makes texts of numbers where a text is wanted, in lists too, and of nothing else", () => {
    const value = { a: "{{random 3 3}}", b: ["{{random 4 4}}", 5], c: "{{row.c}}", d: "{{row.d}}" };
    const template = jsonTemplate(value, (name) => (name === "d" ? undefined : "text"));
    const row = { c: [1, null, true], d: 6 };
    expect(template.fill(filling(0, row))).toEqual({
      a: "3",
      b: ["4", 5],
      c: ["1", null, "true"],
      d: 6,
    });
  });

  it("takes from rows and from what was saved", () => {
    const template = textTemplate("{{row.user.id}} {{column 'first name'}} {{saved token}}");
    const row = { user: { id: 9 }, "first name": "Ada" };
    expect(template.fill(filling(0, row, { token: "t" }))).toBe("9 Ada t");
  });

  it("is made once when nothing in it changes", () => {
    const value = { a: [1, "x", null], b: { c: true } };
    expect(jsonTemplate(value)).toMatchObject({ isConstant: true });
    expect(jsonTemplate(value).fill(filling(0))).toBe(value);
  });

  it.each([
    ["{{randon 1 2}}", "is no function: there are {{random 1 100}}"],
    ["{{random 1}}", "is not of the form {{random 1 100}}"],
    ["{{toString}}", "is no function"],
  ])("refuses %s", (text, message) => {
    expect(() => textTemplate(text)).toThrow(message);
  });

  it.each([
    ["{{row.nope}}", { a: 1, b: 2 }, 'have no "nope"; there are a, b'],
    ["{{row.constructor}}", { a: 1, b: 2 }, 'have no "constructor"; there are a, b'],
    ["{{row.a}}", undefined, "there are none: give a file (--rows)"],
    ["{{saved x}}", undefined, "no earlier step has saved x"],
    ["{{random a b}}", undefined, '"a" is no number'],
    ["{{random 5 1}}", undefined, "{{random 5 1}}: 5 is above 1: the lower end first"],
    ["{{random 1 2.5}}", undefined, "{{random 1 2.5}}: both ends are whole numbers"],
    ["{{zipf 9 1}}", undefined, "9 is above 1"],
    ["{{float 1.5 0}}", undefined, "1.5 is above 0"],
    ["{{latest 0 0.1}}", undefined, "give a whole number from 1 on"],
  ])("says what is missing or wrong in %s", (text, row, message) => {
    expect(() => textTemplate(text).fill(filling(0, row))).toThrow(message);
  });
});
