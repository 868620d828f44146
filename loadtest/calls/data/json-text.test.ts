import { expect, it } from "vitest";
import { drawsOf } from "./draws.ts";
import { parseJson } from "./json-text.ts";
import { jsonTemplate } from "./template.ts";

it.each([
  ['{"n":"{{column "first name"}}"}', { n: 'Ada "A" Byron' }],
  ['{"n":"Dear {{column \\"first name\\"}}, \\"hi\\""}', { n: 'Dear Ada "A" Byron, "hi"' }],
  [
    '{"n":{{column "first name"}},"deep":{"id":{{random 7 7}}}}',
    { n: 'Ada "A" Byron', deep: { id: 7 } },
  ],
])("functions in JSON keep their own quotes: %s", (text, filled) => {
  expect(jsonTemplate(parseJson(text)).fill(filling)).toEqual(filled);
});

it("leaves JSON as it is", () => {
  expect(parseJson('{"a":"{{","b":"}}"}')).toEqual({ a: "{{", b: "}}" });
});

it.each(["{bad", '{"a":"{{uuid}}"', "a={{uuid}}"])("refuses what is no JSON: %s", (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

const filling = {
  call: 0,
  draw: drawsOf(7, 0),
  row: { "first name": 'Ada "A" Byron' },
  saved: new Map(),
};
