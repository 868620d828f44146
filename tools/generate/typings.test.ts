import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateTypings } from "./typings.ts";

const ROOT = join(import.meta.dirname, "../..");
const COMPILERS = ["typescript/bin/tsc", "typescript-native/bin/tsc"];

/** As somebody writes one in a project of their own. */
const SCRIPT = `
import { calls, capacity, drive, figuresOf, reportPage, summaryText } from "tidings/loadtest";
import type { CallScenario, CapacityResult, Figures, RunResult } from "tidings/loadtest";

const scenario: CallScenario = calls({
  target: { addresses: ["localhost:50051"], protocol: "grpc" },
  flows: [{ steps: [{ method: "a.B/C", data: { id: "{{sequence}}" }, checks: ["status == OK"] }] }],
});
const result: RunResult = await drive(scenario, { generators: 2 });
const figures: Figures = figuresOf(result);
const found: CapacityResult = await capacity(scenario, { highest: 100 });
export const texts: string[] = [summaryText(result), reportPage([result, found]), figures.scenario];
export const most: number | undefined = found.confirmed;
`;
const WRONG = `
import { calls, drive } from "tidings/loadtest";
calls({ target: { addresses: ["localhost:1"], protocol: "smoke" }, flows: [] });
export const text: string = await drive(1);
`;
const PROJECT = {
  compilerOptions: {
    strict: true,
    target: "esnext",
    module: "nodenext",
    moduleResolution: "nodenext",
    skipLibCheck: true,
    noEmit: true,
    types: [],
  },
};

let folder = "";

beforeAll(async () => {
  await generateTypings(ROOT);
  folder = await mkdtemp(join(tmpdir(), "stranger-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules/tidings")); // as `npm install CHECKOUT` does
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "right.ts"), SCRIPT);
  await writeFile(join(folder, "wrong.ts"), WRONG);
});

afterAll(() => rm(folder, { recursive: true }));

async function check(compiler: string, file: string): Promise<string> {
  const project = join(folder, "tsconfig.json");
  await writeFile(project, JSON.stringify({ ...PROJECT, files: [file] }));
  const args = [join(ROOT, "node_modules", compiler), "-p", project, "--pretty", "false"];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  return stdout;
}

it.each(COMPILERS)("a project of its own checks its scripts by %s, and those alone", async (by) => {
  expect(await check(by, "right.ts")).toBe("");
  const errors = (await check(by, "wrong.ts")).match(/^\S+(?=: error)/gm) ?? [];
  expect(errors.map((where) => where.replace(/\(.*/, ""))).toEqual(
    expect.arrayContaining([expect.stringMatching(/wrong\.ts$/)]),
  );
  expect(errors.filter((where) => !where.includes("wrong.ts"))).toEqual([]);
});

it("makes none where the sources are not there yet, and nothing when they are up to date", async () => {
  expect(await generateTypings(folder)).toBe(false);
  expect(await generateTypings(ROOT)).toBe(false);
});
