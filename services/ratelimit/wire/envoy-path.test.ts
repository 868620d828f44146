import { expect, it } from "vitest";
import { bucketPath, descriptorPath } from "./envoy-path.ts";

it.each([
  ["a key that ends like a value begins", { n: "b=c" }, { "n=b": "c" }],
  ["an empty key", { "": "n=a" }, { n: "a" }],
  ["long keys that begin alike", { [`${"k".repeat(70)}1`]: "v" }, { [`${"k".repeat(70)}2`]: "v" }],
  ["long values", { n: `${"v".repeat(90)}1` }, { n: `${"v".repeat(90)}2` }],
])("gives two buckets two nodes: %s", (_, one, other) => {
  expect(bucketPath("edge", one)).not.toBe(bucketPath("edge", other));
});

it("keeps the key of a value that is too long, so that a limit of all its values counts", () => {
  const path = descriptorPath("edge", [{ key: "path", value: "/a".repeat(90) }]);
  expect(path).toMatch(/^edge\/path=[0-9a-f]{24}$/);
});
