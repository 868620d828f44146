import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { blockOf } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tidings-limits-readme-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const base = await findPortBase();
const env = newcomerEnv({ TIDINGS_DATA_DIR: dataDir, TIDINGS_PORT_BASE: String(base) });
const example = blockOf("limits");

describe("rate limits alone, as the README shows them", () => {
  test("are set, decide, and say who refuses", async () => {
    const service = shell("node_modules/.bin/node services/ratelimit/main.ts", env);
    await service.printed(/"msg":"ready"/);
    const { code, output } = await shell(`set -e\n${example}`, env).ended;
    expect(output).toContain('"allowed":true');
    expect(output).toContain('"refused_by":"fleet/vm-1"');
    expect(output).toMatch(/steady +300 +1,000/);
    expect(code).toBe(0);
    service.interrupt();
    expect((await service.ended).code).toBe(0);
  });
});
