import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { configurationDocument } from "./document.ts";

test("docs/configuration.md is what the services declare (npm run configuration)", () => {
  const file = resolve(import.meta.dirname, "../../docs/configuration.md");
  expect(readFileSync(file, "utf8")).toBe(configurationDocument());
});
