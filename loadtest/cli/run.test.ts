import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { LivePage } from "../live/live-page.ts";

const MAIN = resolve(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "tidings-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["--otlp", "--live-page"])(
  "%s that can't be had is one line, before anything is measured or started",
  async (option) => {
    await using page = await LivePage.open(0);
    const where = option === "--otlp" ? page.url : new URL(page.url).port;
    const args = [MAIN, "run", "steady", option, where];
    const run = promisify(execFile)(process.execPath, args, { cwd: folder });
    const { code, stdout, stderr } = await run.catch((error) => error);
    expect([code, stdout, readdirSync(folder)]).toEqual([1, "", []]);
    expect(stderr.trim()).toMatch(new RegExp(`^${option}: [^\\n]*$`));
  },
);
