import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { type Lock, licencesDocument, questionable } from "./licences-document.ts";

const root = resolve(import.meta.dirname, "../..");
const lock: Lock = JSON.parse(readFileSync(resolve(root, "package-lock.json"), "utf8"));

it("docs/licences.md is what is locked (npm run licences), and nothing of it is to be asked about", () => {
  expect(readFileSync(resolve(root, "docs/licences.md"), "utf8")).toBe(licencesDocument(lock));
  expect(questionable(lock)).toEqual([]);
});

it.each([
  ["MIT", false, true],
  ["(MIT OR GPL-3.0)", false, true],
  ["MIT AND GPL-3.0", false, false],
  ["MPL-2.0", true, true],
  ["MPL-2.0", false, false],
  [undefined, true, false],
])("a package under %s (a tool: %s) may be used without asking: %s", (license, dev, isTaken) => {
  const packages = { "node_modules/a": { version: "1.0.0", dev, ...(license && { license }) } };
  expect(questionable({ packages })).toEqual(isTaken ? [] : [`a@1.0.0: ${license ?? "none said"}`]);
});
