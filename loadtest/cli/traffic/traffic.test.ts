import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "../main.ts");

/** `npm run load -- traffic ...ARGS`, as a process of its own. */
async function traffic(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [MAIN, "traffic", ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("describe prints the curve, its k, and the day beside the design's", async () => {
  const { code, stdout } = await traffic("describe", "--users", "1M");
  expect(code).toBe(0);
  expect(stdout).toContain("k = 1.999");
  expect(stdout).toMatch(/mean 1, highest 3\.00\d at/);
  expect(stdout).toMatch(/posts a day +2,500,000 +2,500,000/);
});

test("describe --json knows other zones, by options of its own", async () => {
  const { stdout } = await traffic("describe", "--users", "1M", "--zones", "world", "--json");
  const description = JSON.parse(stdout);
  expect(description.dailyUsers).toBe(1_000_000);
  expect(description.peakRatio).toBeLessThan(2);
});

test("steps go to standard output, and data files of ghz into a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-traffic-"));
  const slice = ["--users", "100k", "--from", "01:00", "--seconds", "20"];
  const [lines, ghz] = await Promise.all([
    traffic(...slice),
    traffic(...slice, "--format", "ghz", "--out", folder),
  ]);
  const steps = lines.stdout.trimEnd().split("\n");
  expect(lines.stderr).toContain(`${steps.length} steps in 20 s`);
  expect(ghz.stderr).toContain("--call tidings.post.v1.PostService.CreatePost");
  const posts = JSON.parse(await readFile(join(folder, "posts.json"), "utf8"));
  expect(posts).toHaveLength(steps.filter((line: string) => line.includes(`"post"`)).length);
  await rm(folder, { recursive: true });
});

test.each([
  [["--from", "24:00"], /must be a time of the day in UTC, such as 18:00/],
  [["--generators", "3", "--generator", "3"], /--generator 3 of --generators 3: give 0 to 2/],
  [["--users", "10k", "--format", "ghz"], /give --out FOLDER/],
  [["--users", "10k", "--out", "/no/such/folder/f"], /ENOENT.*choose another --out/],
])("%j is refused with what to do, and exit code 1", async (args, message) => {
  const { code, stdout, stderr } = await traffic(...args, "--seconds", "5");
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
});
