import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findPortBase } from "../mesh/free-ports.ts";
import { startEngine, stopEngine } from "./engine.ts";
import { ENGINE_KINDS, type EngineKind } from "./kinds.ts";
import { isAlive } from "./processes/processes.ts";
import type { Program, ProgramName } from "./processes/programs.ts";
import { readSettings } from "./settings.ts";
import { Ledger } from "./state/ledger.ts";
import { readState } from "./state/state.ts";

let dataDir: string;
const sweep = vi.fn(async () => {});

beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), "tidings-engine-test-")));
  sweep.mockClear();
});
afterEach(() => rm(dataDir, { recursive: true }));

/** The broker's kind, with shell scripts for its two programs. */
async function arrange(scripts: Readonly<Partial<Record<ProgramName, string>>>) {
  const port = await findPortBase();
  const programs = Object.entries(scripts).map(
    ([name, script]): Program => ({
      name: name as ProgramName,
      folder: join(dataDir, name),
      folders: [],
      files: [],
      command: { file: "/bin/sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" } },
      isReady: () => (script === "exit 1" ? Promise.reject(new Error("no")) : Promise.resolve()),
      readyWithinMs: 60_000,
    }),
  );
  const [amqp] = ENGINE_KINDS as readonly [EngineKind];
  const kind: EngineKind = {
    ...amqp,
    check: async ([amqpUrl = ""]) => ({ amqpUrl }),
    prepare: async () => programs,
    sweep,
  };
  const settings = readSettings({
    TIDINGS_DATA_DIR: dataDir,
    TIDINGS_ENGINES_AMQP_PORT: String(port),
  });
  const said: string[] = [];
  const tools = { say: (line: string) => said.push(line.replace(/\d+$/, "N")) };
  const context = { settings, ledger: await Ledger.open(dataDir), tools };
  return { kind, context, said };
}

describe.runIf(process.platform === "linux")("an engine by the local way", () => {
  test("is recorded while it runs, and ends in the reverse order", async () => {
    const { kind, context, said } = await arrange({
      epmd: "exec sleep 60",
      rabbitmq: "exec sleep 60",
    });
    await startEngine(kind, context, false);
    const state = await readState(dataDir);
    expect(state).toMatchObject({ way: { amqp: "local" }, amqpUrl: kind.own(context.settings)[0] });
    expect(Object.keys(state?.pids ?? {})).toEqual(["epmd", "rabbitmq"]);
    said.length = 0;
    await stopEngine(kind, context);
    expect(said).toEqual(["Stopping rabbitmq, process N", "Stopping epmd, process N"]);
    expect(Object.values(state?.pids ?? {}).some(isAlive)).toBe(false);
    expect(sweep).toHaveBeenCalledTimes(1);
    expect(await readState(dataDir)).toBeUndefined();
  });

  test("leaves nothing behind when its second program fails", async () => {
    const { kind, context, said } = await arrange({ epmd: "exec sleep 60", rabbitmq: "exit 1" });
    await expect(startEngine(kind, context, false)).rejects.toThrow(
      /RabbitMQ is not up by local: rabbitmq is not ready .* has ended/,
    );
    expect(said).toEqual(["Stopping epmd, process N"]);
    expect(await readState(dataDir)).toBeUndefined();
  });

  test("that never started sweeps nothing: what listens there is not ours", async () => {
    const { kind, context } = await arrange({});
    const broken = { ...kind, prepare: () => Promise.reject(new Error("no package")) };
    await expect(startEngine(broken, context, false)).rejects.toThrow("no package");
    expect(sweep).not.toHaveBeenCalled();
  });
});
