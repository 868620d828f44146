import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import type { ServiceProcess } from "../../../tools/mesh/service-process.ts";
import { MeshFaults } from "./mesh-faults.ts";

const STORE = { label: "broker", pid: 1 };

/** A mesh of one process, which is what the test makes it, and what was done to it. */
function scene(pid = -1, slowDisks: readonly string[] = ["timeline"]) {
  const done: string[] = [];
  const state = { isRunning: true };
  const service = {
    pid,
    get isRunning() {
      return state.isRunning;
    },
    signal: (signal: string) => done.push(signal),
    ask: async (message: object) => void done.push(JSON.stringify(message)),
  } as unknown as ServiceProcess;
  const mesh = {
    processes: new Map([["timeline", service]]),
    kill: async (label: string, signal: string) => {
      done.push(`${label} ends by ${signal}`);
      state.isRunning = false;
    },
    restart: async (label: string) => {
      done.push(`${label} starts`);
      state.isRunning = true;
    },
  };
  return { faults: new MeshFaults({ mesh, stores: [STORE], slowDisks }), done };
}

describe("faults of a mesh", () => {
  it("ends what runs in order before it starts it again, and what was killed not twice", async () => {
    const { faults, done } = scene();
    await faults.restart("timeline");
    await faults.kill("timeline");
    await faults.restart("timeline");
    expect(done).toEqual([
      "SIGCONT",
      "timeline ends by SIGTERM",
      "timeline starts",
      "timeline ends by SIGKILL",
      "timeline starts",
    ]);
  });

  it("makes a disk slow, also after a restart", async () => {
    const { faults, done } = scene();
    await faults.slowDisk("timeline", 20);
    await faults.kill("timeline");
    await faults.restart("timeline");
    const asked = '{"syncTakesMsMore":20}';
    expect(done).toEqual([asked, "timeline ends by SIGKILL", "timeline starts", asked]);
  });

  it("says what it can't do, and to whom it can", async () => {
    const { faults } = scene();
    await expect(faults.kill("posts")).rejects.toThrow(
      'No process "posts" in this target, only timeline',
    );
    await expect(faults.kill("broker")).rejects.toThrow("it can only be paused");
    await expect(faults.pause("timeline", -1)).rejects.toThrow("pause: -1 ms is not from 0");
    await expect(faults.slowDisk("timeline", 1e9)).rejects.toThrow("slow disk: 1000000000 ms");
    await expect(scene(-1, []).faults.slowDisk("timeline", 5)).rejects.toThrow("nobody here");
  });
});

describe("a pause", () => {
  let child: ReturnType<typeof spawn>;
  beforeEach(() => {
    child = spawn("sleep", ["60"]);
  });
  afterEach(() => void child.kill("SIGKILL"));

  /** T while it stands still: field 3 of proc_pid_stat(5). */
  const state = () => present(/\) (\w)/.exec(readFileSync(`/proc/${child.pid}/stat`, "utf8")))[1];
  const untilState = async (wanted: string) => {
    while (state() !== wanted) await new Promise((resolve) => setImmediate(resolve));
  };

  it("is over after its time, and not before", async () => {
    const startedMs = performance.now();
    await scene(child.pid).faults.pause("timeline", 100);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(100);
    await untilState("S");
  });

  it("lets a process stand still, and ends with the target", async () => {
    const { faults } = scene(child.pid);
    const pause = faults.pause("timeline", 500_000);
    await untilState("T");
    faults[Symbol.dispose]();
    await pause;
    await untilState("S");
  });

  it("comes again and again to one that is slow, which goes on afterwards", async () => {
    const { faults } = scene(child.pid);
    const slow = faults.slow("timeline", 500_000, 4);
    for (let turn = 0; turn < 5; turn++) {
      await untilState("T");
      await untilState("S");
    }
    faults[Symbol.dispose]();
    await slow;
    await untilState("S");
    await scene(child.pid).faults.slow("timeline", 40, 2);
    await untilState("S");
  });

  it("of a process that has ended is an error", async () => {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    await expect(scene(child.pid).faults.pause("timeline", 10)).rejects.toThrow("it has ended");
  });
});
