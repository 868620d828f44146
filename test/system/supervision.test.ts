import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { childrenOf } from "../support/processes.ts";
import { type Command, shell } from "../support/readme/shell.ts";
import { until } from "../support/until.ts";

let dataDir: string;
let start: Command;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tidings-supervision-"));
  const base = String(await findPortBase());
  const env = { ...process.env, TIDINGS_DATA_DIR: dataDir, TIDINGS_PORT_BASE: base };
  // The shell becomes the start command, so its id is that of the services' parent.
  start = shell("exec node tools/start/main.ts --no-world", env);
  await start.printed(/Ready after/);
});

afterEach(async () => {
  start.child.kill("SIGINT");
  await start.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

function services(name = ""): number[] {
  return childrenOf(present(start.child.pid), `services/${name}`);
}

function killPost(): void {
  process.kill(present(services("post")[0]), "SIGKILL");
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe.skipIf(process.platform !== "linux")("npm start", () => {
  it("starts a service again that died, and ends with its last words when it keeps dying", async () => {
    killPost();
    await start.printed(
      /post was ended by SIGKILL; it is started again in 0.5 s\npost is ready again/,
    );
    killPost();
    await start.printed(/it is started again in 3 s\npost is ready again/);
    // Where starts take long, three others are within a minute.
    for (let starts = 3, isBack = true; isBack; starts++) {
      killPost();
      isBack = await start.printed(new RegExp(`(?:post is ready again[^]*){${starts}}`)).then(
        () => true,
        () => false,
      );
    }
    const { code, output } = await start.ended;
    expect(code).toBe(1);
    expect(output).toMatch(/post was ended by SIGKILL, the third time within a minute:\n.*ready/s);
    const log = readFileSync(join(dataDir, "logs", "mesh.jsonl"), "utf8");
    const deaths = log.match(/"service":"mesh",.*"msg":"post was ended by SIGKILL"/g) ?? [];
    expect(deaths).toHaveLength(1 + (output.match(/it is started again in/g) ?? []).length);
    expect(deaths.length).toBeGreaterThanOrEqual(3);
  });

  it("leaves nobody behind when it is killed", async () => {
    const pids = services();
    expect(pids.length).toBeGreaterThan(5);
    process.kill(present(start.child.pid), "SIGKILL");
    await until(async () => pids.every(isGone));
  });
});
