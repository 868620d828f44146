import { expect, test } from "vitest";
import { offencesIn } from "./rules.ts";

const names = (file: string, text: string) =>
  offencesIn(file, text).map((offence) => offence.split(" ")[1]?.replace(":", ""));

test.each([
  ["test/a.test.ts", "await sleep(5);", "sleep-in-test"],
  ["services/a.test.ts", `await vi.${"waitUntil"}(isDone);`, "poll-of-a-second"],
  ["services/a.test.ts", `await expect.${"poll"}(() => a).toBe(1);`, "poll-of-a-second"],
  ["test/contract/a.contract.ts", "  }, 60_000);", "shorter-than-others"],
  ["test/a.test.ts", "afterAll(() => keyspace.drop(), 60_000);", "shorter-than-others"],
  ["test/a.test.ts", "test(name, { timeout: 30_000 }, async () => {", "shorter-than-others"],
  ["services/testing/a.ts", "  world.clock.advance(60_000);", "time-not-awaited"],
  [
    "services/testing/a.ts",
    "  channel = connect(one.address, { log, retry });",
    "impatient-client",
  ],
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

test.each([
  "await expect.poll(() => counts(), { timeout: 100_000 }).toEqual(2);",
  "  }, 180_000);",
  "    await clock.advance(1_000);",
  "  pass: (ms: number) => clock.advance(ms),",
  "  channel = connect(one.address, { ...PATIENT, retry });",
  "  channel = connect(one.address, { log, defaultDeadlineMs: 20_000 });",
])("%s is well", (text) => {
  expect(names("services/a.test.ts", text)).toEqual([]);
});

test("a clean file has no offences", () => {
  expect(offencesIn("services/post/domain/quota.ts", "export const a = 1;\n")).toEqual([]);
});
