import { expect, test } from "vitest";
import { offencesIn } from "./rules.ts";

const names = (file: string, text: string) =>
  offencesIn(file, text).map((offence) => offence.split(" ")[1]?.replace(":", ""));

test.each([
  ["test/a.test.ts", "await sleep(5);", "sleep-in-test"],
  ["services/a.test.ts", `it.${"only"}("x", () => {});`, "focused-or-retried-test"],
  ["services/a.ts", `export ${"enum"} Colour {}`, "typescript-only-syntax"],
  ["services/a.ts", "  private readonly name: string;", "private-keyword"],
  ["services/a.ts", "  readonly name!: string;", "definite-assignment"],
  ["services/a.ts", `const id = 7n ${"as"} UserId;`, "branding-cast"],
  ["services/a.ts", `{ name: "${"tidings"}_posts_total" }`, "metric-name"],
  ["services/a.ts", `// ${"TODO"} later`, "todo"],
  ["services/a.ts", `export ${"default"} 1;`, "default-export"],
  ["services/string-utils.ts", "", "vague-name"],
  ["services/fooBar.ts", "", "file-name"],
  ["services/a.ts", "x\n".repeat(251), "long-file"],
])("%s with %j breaks %s", (file, text, rule) => {
  expect(names(file, text)).toContain(rule);
});

test("a clean file has no offences", () => {
  expect(offencesIn("services/post/domain/quota.ts", "export const a = 1;\n")).toEqual([]);
});
