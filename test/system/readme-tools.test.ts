import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { findClient } from "../../tools/grpc-clients/install.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { engineSets } from "../support/engines/engine-sets.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { blockOf, blocksOf, onPorts } from "../support/readme/readme.ts";
import { newcomerEnv, ROOT, shell } from "../support/readme/shell.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tidings-readme-tools-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** The words behind `sh` that the tests beside this one name: each runs the lines of its word. */
const tests = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
const isRun = (tag: string) => tests.some((text) => text.includes(`blockOf("${tag}"`));

test("every block of shell lines is run by a test", () => {
  expect(
    blocksOf()
      .map(({ tag }) => tag)
      .filter((tag) => !isRun(tag)),
  ).toEqual([]);
  expect(blockOf("start")).toBe("npm ci && npm start\n");
  expect(blockOf("test")).toBe("npm ci && npm test\n");
});

const hasClients = (await findClient("grpcurl")) && (await findClient("ghz"));

describe.skipIf(!hasClients)("the lines for grpcurl and ghz (npm run grpc-clients)", () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    // The quotas that a newcomer has, not the roomy ones of other tests.
    mesh = await startTestMesh({
      env: { TIDINGS_POST_QUOTA_PER_MINUTE: "600", TIDINGS_POST_QUOTA_BURST: "200" },
    });
  });
  afterAll(() => mesh?.end());

  test("list, read a page, and make 10,000 posts of which none is refused", async () => {
    const lines = onPorts(blockOf("grpc"), mesh.ports.gateway);
    const { code, output } = await shell(`set -e\n${lines}`, newcomerEnv({})).ended;
    expect(code).toBe(0);
    expect(output).toContain("tidings.timeline.v1.TimelineService");
    expect(output).toMatch(/\[OK\]\s+10000 responses/);
  });
});

describe("the tour of the load toolkit", () => {
  const statusOf = () =>
    execFileSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" });

  test("makes a world, a result, a page and a plan, and leaves nothing in the checkout", async () => {
    const before = statusOf();
    // Small, so that it takes seconds; what a run on a busy machine finds is not judged here.
    const lines = blockOf("load")
      .replaceAll("100k", "2k")
      .replace("--days 8", "--days 2")
      .replace("--daily-users 500k", "--people 2k --daily-users 5k --seconds 2 --watchers 10")
      .replaceAll(".data/load", `${dataDir}/load`);
    const [prefill, run, report, plan] = lines.trimEnd().split("\n");
    const env = newcomerEnv({ TIDINGS_DATA_DIR: dataDir });
    expect(await shell(prefill, env).ended).toMatchObject({ code: 0 });
    const { code, output } = await shell(run, env).ended;
    expect(output).toContain("steady");
    // Held, failed or not to be judged; 1 would be an error.
    expect([0, 3, 4, 5]).toContain(code);
    expect(await shell(report, env).ended).toMatchObject({ code: 0 });
    expect(existsSync(`${dataDir}/load/steady.html`)).toBe(true);
    const planned = await shell(plan, env).ended;
    expect(planned).toMatchObject({ code: 0, output: expect.stringContaining("machines") });
    expect(statusOf()).toBe(before);
  });
});

describe("the lines for any target", () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startTestMesh();
  });
  afterAll(() => mesh?.end());

  test("drive a gRPC method by reflection, and a URL", async () => {
    const lines = onPorts(blockOf("target"), mesh.ports.gateway)
      .replaceAll("--seconds 5", `--seconds 1 --out ${dataDir}/any.json`)
      .trimEnd();
    for (const line of lines.split("\n")) {
      const { code, output } = await shell(line, newcomerEnv({})).ended;
      expect(output).toContain("no threshold was given");
      // Passed, or sent too late by a busy machine; 1 would be an error.
      expect([0, 4]).toContain(code);
    }
  });
});

const [, { env: engines }] = await engineSets();

describe.skipIf(!engines)("the lines for the real engines", () => {
  test("start them unless they run, and a mesh on them", async () => {
    const [up, start] = blockOf("engines").trimEnd().split("\n");
    const base = String(await findPortBase());
    const env = newcomerEnv({ ...present(engines), TIDINGS_PORT_BASE: base });
    expect(await shell(up, env).ended).toMatchObject({ code: 0 });
    const mesh = shell(start, env);
    await mesh.printed(/Ready after/);
    mesh.interrupt();
    expect((await mesh.ended).code).toBe(0);
    await dropKeyspace(present(engines));
  });
});
