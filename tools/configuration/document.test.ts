import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { accessDocument } from "./access-document.ts";
import { configurationDocument } from "./document.ts";

const docs = resolve(import.meta.dirname, "../../docs");

test.each([
  ["configuration.md", configurationDocument],
  ["access.md", accessDocument],
])("docs/%s is what the services declare (npm run configuration)", (name, document) => {
  expect(readFileSync(resolve(docs, name), "utf8")).toBe(document());
});
