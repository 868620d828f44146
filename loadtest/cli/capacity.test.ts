import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "main.ts");
/** TCP port 1: nothing listens there. */
const NOBODY = "http://127.0.0.1:1/items";
const folder = mkdtempSync(join(tmpdir(), "tidings-capacity-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["raw", "autocannon"])("a target that is not there is one line, by %s", async (by) => {
  const args = [MAIN, "capacity", "--target", NOBODY, "--driver", by, "--out", "result.json"];
  const run = promisify(execFile)(process.execPath, args, { cwd: folder });
  const { code, stdout, stderr } = await run.catch((error) => error);
  expect([code, stdout, readdirSync(folder)]).toEqual([1, "", []]);
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line: string) => !/^(What|By) /.test(line));
  expect(lines).toEqual([expect.stringMatching(/^No answer from 127\.0\.0\.1:1: is the target/)]);
});
