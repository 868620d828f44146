import { execFile } from "node:child_process";
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

  it.each([...SERVICES, ...NEIGHBOURS])("load all of %s, with nothing else", async (name) => {
    await runCode(`await import("./services/${name}/create.ts")`);
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
