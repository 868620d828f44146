import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { blockOf } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tidings-growth-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const base = await findPortBase();
const env = newcomerEnv({ TIDINGS_DATA_DIR: dataDir, TIDINGS_PORT_BASE: String(base) });

/** Commands of a page's block, each with the output that the page says it has. */
function examplesIn(page: string): { readonly command: string; readonly output: string }[] {
  const parts = blockOf("growth", page)
    .split(/\n(?!#)/)
    .filter((part) => part !== "");
  return parts.map((part) => {
    const [command = "", ...lines] = part.split("\n");
    return { command, output: lines.map((line) => `${line.slice(2)}\n`).join("") };
  });
}

describe.each(["docs/growth.md", "README.md"])("the examples of %s", (page) => {
  test("print what the page says, on a service that was started by itself", async () => {
    rmSync(dataDir, { recursive: true, force: true });
    const start = shell("npm exec -- node services/growth/main.ts", env);
    await start.printed(/ready/);
    const examples = examplesIn(page);
    expect(examples.length).toBeGreaterThan(0);
    for (const { command, output } of examples) {
      expect((await shell(command, env).ended).output).toBe(output);
    }
    start.interrupt();
    expect((await start.ended).output).toMatch(/"msg":"closed"/);
  });
});

test("after kill -9 what was answered is there, and is not taken twice", async () => {
  rmSync(dataDir, { recursive: true, force: true });
  const insert = (event: string) =>
    shell(`npm run --silent call -- growth Insert '{"revenue":"5","event_id":"${event}"}'`, env)
      .ended;
  for (let life = 0; life < 3; life++) {
    const start = shell("exec npm exec -- node services/growth/main.ts", env);
    await start.printed(/ready/);
    for (let i = 0; i < life; i++) {
      const { output } = await insert(`event-${i}`);
      expect(output).toBe(`{"user_id":"${i + 1}","duplicate":true}\n`);
    }
    const { output } = await insert(`event-${life}`);
    expect(output).toBe(`{"user_id":"${life + 1}","duplicate":false}\n`);
    process.kill(-(start.child.pid ?? 0), "SIGKILL");
    await start.ended;
  }
});
