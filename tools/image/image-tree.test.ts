import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NEIGHBOURS, SERVICES } from "../../services/platform/config/ports.ts";
import { isWanted, makeImageTree } from "./image-tree.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
/** What the image may have, less what its base has: 24 MB as published, reckoned with room. */
const MAX_BYTES = 250_000_000 - 30_000_000;

describe("the files of the image", () => {
  let out: string;
  let bytes: number;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "tidings-image-"));
    bytes = await makeImageTree(ROOT, out);
  });
  afterAll(() => rm(out, { recursive: true }));

  it("are fewer than 250 MB with the base", () => {
    expect(bytes).toBeLessThan(MAX_BYTES);
  });

  const runCode = (code: string) =>
    run(join(out, "usr/local/bin/node"), ["--input-type=module", "-e", code], {
      cwd: join(out, "app"),
      env: {},
    });

  const runTool = (name: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
    run(join(out, "usr/local/bin/node"), [`tools/${name}/main.ts`, ...args], {
      cwd: join(out, "app"),
      env,
    });

  it.each([...SERVICES, ...NEIGHBOURS])("load all of %s, with nothing else", async (name) => {
    await runCode(`await import("./services/${name}/create.ts")`);
  });

  it("take a backup and restore it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-image-backup-"));
    const place = (name: string) => join(folder, name);
    await runCode(`
      const { openLmdb } = await import("./services/platform/storage/lmdb/open.ts");
      await openLmdb(${JSON.stringify(place("data/post"))}).close();`);
    const embedded = (name: string) => ({
      TIDINGS_ENGINE: "embedded",
      TIDINGS_DATA_DIR: place(name),
    });
    const args = ["take", "--in", place("backups")];
    const { stdout } = await runTool("backup", args, embedded("data"));
    expect(stdout).toMatch(/ is taken: 1 file,/);
    await runTool("restore", ["--from", place("backups")], embedded("new"));
    expect(existsSync(place("new/post/data.mdb"))).toBe(true);
    await rm(folder, { recursive: true });
  });

  it("ask which database is meant to be backed up, when nobody says", async () => {
    const asked = runTool("backup", ["take", "--in", out], { TIDINGS_ENGINE: "cql" });
    const stderr = expect.stringMatching(/^set TIDINGS_CQL_CONTACT_POINTS to where /);
    await expect(asked).rejects.toMatchObject({ code: 1, stderr });
  });

  it("load the console, and what its pages are made of", async () => {
    await runCode(
      `await import("./console/create.ts");
      (await import("./console/page/assets.ts")).readAssets();
      (await import("./loadtest/report/page-assets.ts")).readPageAssets();`,
    );
  });
});

it("have no types, tests, or second Node", () => {
  const paths = [
    ["services/post/main.ts", true],
    ["services/post/create.test.ts", false],
    ["services/platform/storage/testing/damage.ts", false],
    ["node_modules/fastify/fastify.js", true],
    ["node_modules/fastify/fastify.d.ts", false],
    ["node_modules/fastify/test/a.js", false],
    ["node_modules/@types/node/index.d.ts", false],
    ["node_modules/node/bin/node", false],
    ["node_modules/node-gyp-build/index.js", true],
  ] as const;
  for (const [path, wanted] of paths) expect([path, isWanted(path)]).toEqual([path, wanted]);
});
