import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { blockOf } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tidings-bookstore-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const base = await findPortBase();
const env = newcomerEnv({ TIDINGS_DATA_DIR: dataDir, TIDINGS_PORT_BASE: String(base) });
const example = blockOf("bookstore");

describe("the bookstore by itself", () => {
  test("answers the README's example, and does nothing twice", async () => {
    const start = shell("npm run bookstore", env);
    await start.printed(/"msg":"ready"/);
    const first = await shell(`set -e\n${example}`, env).ended;
    expect(first.output).toContain('"state":"ORDER_STATE_PLACED"');
    expect(first.output).toContain('"available_copies":"9"');
    expect(first.code).toBe(0);
    // The same keys again: nothing is bought twice.
    const again = await shell(`set -e\n${example}`, env).ended;
    expect(again.output.split("\n").slice(1)).toEqual(first.output.split("\n").slice(1));
    start.interrupt();
    await start.printed(/"msg":"closed"/);
    await start.ended;
  });
});

describe("npm run bookstore:rush", () => {
  const figure = (output: string, what: string) => {
    const [, value] = new RegExp(`^${what} +(\\d+)$`, "m").exec(output) ?? [];
    return Number(value);
  };

  test("sells ten copies to exactly ten of a hundred buyers", async () => {
    const { code, output } = await shell(
      "npm run --silent bookstore:rush -- --buyers 100 --copies 10",
      env,
    ).ended;
    expect(output).toContain("Every answer is true");
    expect(figure(output, "orders placed")).toBe(10);
    expect(figure(output, "copies left")).toBe(0);
    expect(output).toContain("calls that wait");
    expect(code).toBe(0);
  });

  test("keeps every promise to 1,000 buyers of 50 books while it is killed", async () => {
    const { code, output } = await shell(
      "npm run --silent bookstore:rush -- --buyers 1000 --books 50 --copies 10 --kill --timeout 110",
      env,
    ).ended;
    expect(output).toContain("Every answer is true");
    expect(figure(output, "killed meanwhile")).toBeGreaterThan(0);
    expect(figure(output, "calls tried again")).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  test("says what is wrong with what was asked", async () => {
    const ask = (options: string) =>
      shell(`npm run --silent bookstore:rush -- ${options}`, env).ended;
    expect((await ask("--help")).output).toMatch(/Usage/);
    const wrong = await ask("--buyers 0");
    expect([wrong.code, wrong.output.includes("1 to 10000")]).toEqual([1, true]);
  });
});
