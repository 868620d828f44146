import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { PrefillManifest } from "../prefill/manifest.ts";
import { prefillText } from "./print/prefill-text.ts";

const MAIN = resolve(import.meta.dirname, "main.ts");
const NEW_FOLDER = join(tmpdir(), "tidings-prefill-that-is-never-made");

/** `npm run load -- prefill ...ARGS`, as a process of its own. */
async function prefill(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [MAIN, "prefill", ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("--help has examples, and says what the folder is for", async () => {
  const { code, stdout } = await prefill("--help");
  expect(code).toBe(0);
  expect(stdout).toContain("prefill --people 10M --owners 20 --out .data/load/one-of-20");
  expect(stdout).toContain("prefill.json says what is in it");
});

test.each([
  [["--people", "1k"], /required option '--out <folder>' not specified/],
  [["--people", "1B"], /whole number from 100 to 50000000/],
  [["--ring", "7"], /whole number from 8 to 10000/],
  [["--out", import.meta.dirname], /cli is not empty, nor from an earlier fill/],
  [["--engine", "cql", "--owners", "4"], /on cql shards have no fixed owners/],
  [["--owners", "2", "--timelines", "3"], /3 timeline processes of 2 owners: give 1 to 20/],
])("%j is refused with what to do, and exit code 1", async (args, message) => {
  const out = args[0] === "--out" || args[0] === "--people" ? [] : ["--out", NEW_FOLDER];
  const { code, stdout, stderr } = await prefill(...args, ...out);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(message);
});

test("what was filled in is said in a few lines, with what would fit here", () => {
  const probes = { viewers: 200, entries: 130_000, lost: 0, repeated: 0, unknown: 0, wrong: 0 };
  const bytes = { post: 40_000_000, timeline: 3_000_000_000 };
  const filled = {
    posts: 200_618,
    activeViewers: 1_200,
    entries: 900_000,
    bytes,
    seconds: 9,
    probes,
  };
  const manifest: PrefillManifest = {
    kind: "prefill",
    version: 1,
    unusable: undefined,
    world: { people: 100_000, seed: 1 },
    slice: { owners: 20, timelines: 1 },
    engine: "embedded",
    ringEntries: 800,
    days: 8,
    postsUntil: "2026-05-03T17:30:00.000Z",
    env: {},
    commit: "abc",
    filled,
  };
  const text = prefillText(manifest);
  expect(text).toContain("timelines of the active people of 1 of 20 owners: 1,200 with 900,000");
  expect(text).toContain("On disk: post 39 MiB, timeline 2.8 GiB.");
  expect(text).toContain("0 lost, 0 repeated, 0 unknown, 0 wrong.");
  expect(text).toMatch(/What fits here: 24000 active people x \(800 entries/);
  const pulled = prefillText({
    ...{ ...manifest, delivery: "pull" },
    filled: { ...filled, activeViewers: 0, entries: 0 },
  });
  expect(pulled).toContain(
    "200,618 posts of 8 days by 100,000 people, in the post log, and nobody's timeline. 9 s.",
  );
  expect(pulled).not.toMatch(/NaN|What fits/);
});
