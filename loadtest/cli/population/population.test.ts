import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { createGraph } from "../../../population/graph/graph.ts";
import { populationCommand } from "./population.ts";

afterEach(() => vi.restoreAllMocks());

/** What `load population ...ARGS` prints: on standard output, and on standard error. */
async function population(...args: readonly string[]) {
  const log = vi.spyOn(console, "log").mockReturnValue();
  const error = vi.spyOn(console, "error").mockReturnValue();
  await populationCommand().parseAsync(args, { from: "user" });
  const textOf = (spy: typeof log) => spy.mock.calls.flat().join("\n");
  return { stdout: textOf(log), stderr: textOf(error) };
}

test("describe prints what is published beside what came out, and plots it", async () => {
  const { stdout } = await population("describe", "--people", "5k", "--samples", "500");
  expect(stdout).toContain("5,000 people with at most 250 friends; 500 of them were looked at");
  expect(stdout).toMatch(/median friends +99 +\d+ /);
  expect(stdout).toMatch(/50%: \d+/);
  expect(stdout).toContain("friends (. here, O published) over percentile");
  expect(stdout).toMatch(/Deliveries of a post: \d+ to all friends, \d+ to active friends/);
});

test("describe --json is for programs, with the percentiles asked for", async () => {
  const args = ["--people", "1k", "--percentiles", "0,50,100", "--json"];
  const { stdout } = await population("describe", ...args);
  const description = JSON.parse(stdout);
  expect(description).toMatchObject({ people: 1_000, maxFriends: 50, sampledPeople: 1_000 });
  const percentiles = description.quantiles.map((one: { percentile: number }) => one.percentile);
  expect(percentiles).toEqual([0, 50, 100]);
});

test("export writes a slice to a file, and says how much", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-export-"));
  const out = join(folder, "friends.csv");
  const args = ["--people", "1k", "--seed", "9", "--from", "10", "--count", "1", "--format", "csv"];
  const { stderr } = await population("export", ...args, "--out", out);
  const friends = [...createGraph({ people: 1_000, seed: 9 }).friends(10)];
  const expected = friends.map((friend) => `10,${friend}\n`).join("");
  expect(stderr).toContain(`${friends.length} friendships of 1 people`);
  expect(await readFile(out, "utf8")).toBe(`user_id,friend_id\n${expected}`);
  await rm(folder, { recursive: true });
});

test.each([
  [["describe", "--people", "1k", "--mean", "60"], "a mean of 60 friends is not possible"],
  [["export", "--people", "1k", "--from", "2k"], "people are 1 to 1000"],
  [["export", "--people", "1k", "--out", "/no/such/folder/f"], "choose another --out"],
])("%j is refused with what to do", async (args, message) => {
  await expect(population(...args)).rejects.toThrow(message);
});

test("npm run load prints a mistake without a stack, and ends with 1", async () => {
  const main = resolve(import.meta.dirname, "../main.ts");
  const args = [main, "population", "describe", "--people", "1k", "--mean", "60"];
  const failure = promisify(execFile)(process.execPath, args);
  await expect(failure).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^a mean of 60 friends is not possible[^\n]*\n$/),
  });
});
