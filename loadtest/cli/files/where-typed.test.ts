import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT, whereTyped } from "./where-typed.ts";

it("finds a file where it was typed, wherever npm goes", () => {
  expect(whereTyped("a.ndjson", { folder: "/else/where", byNpm: true })).toBe(
    "/else/where/a.ndjson",
  );
  expect(whereTyped("/b/a.ndjson", { folder: "/else/where", byNpm: true })).toBe("/b/a.ndjson");
  expect(whereTyped("a.ndjson", { folder: join(ROOT, "docs"), byNpm: true })).toBe("a.ndjson");
  expect(whereTyped("a.ndjson", { folder: "/else/where", byNpm: false })).toBe("a.ndjson");
});
