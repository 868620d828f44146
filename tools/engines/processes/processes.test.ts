import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endProcess, isAlive, killProcess, markAtStart, parseStartTicks } from "./processes.ts";
import { awaitReady, launch, logFileOf, type Program } from "./programs.ts";
import { runTool, startProcess } from "./spawning.ts";
import { until } from "./wait.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tidings-process-")));
});
afterEach(() => rm(folder, { recursive: true }));

const shell = (script: string) => ({
  file: "/bin/sh",
  args: ["-c", script],
  env: { PATH: "/usr/bin:/bin" },
});
const start = (script: string) =>
  startProcess({ ...shell(script), folder, logFile: join(folder, "log"), lifetime: "parent" });

test("the start time is found behind a name with spaces and brackets", () => {
  const fields = Array.from({ length: 30 }, (_, index) => String(index + 4)); // from field 4 on
  expect(parseStartTicks(`12 (a ) b) S ${fields.join(" ")}`)).toBe(22);
});

describe.runIf(process.platform === "linux")("a process", () => {
  test("is marked by its id, start and folder, and ends when asked", async () => {
    const mark = await start("exec sleep 60");
    expect(mark).toEqual(markAtStart(mark.pid, folder));
    expect(isAlive(mark)).toBe(true);
    await endProcess(mark);
    expect(isAlive(mark)).toBe(false);
  });

  test("that does not listen is killed", async () => {
    const mark = await start('trap "" TERM; echo ready; while :; do sleep 1; done');
    await until(async () => expect(await readFile(join(folder, "log"), "utf8")).toBe("ready\n"), {
      withinMs: 60_000,
    });
    await endProcess(mark, 50);
    expect(isAlive(mark)).toBe(false);
  });

  test("that has the id of ours, but is another, is left alone", async () => {
    const mark = await start("exec sleep 60");
    await endProcess({ ...mark, startTicks: mark.startTicks - 1 });
    await killProcess({ ...mark, folder: "/elsewhere" });
    expect(isAlive(mark)).toBe(true);
    await killProcess(mark);
  });
});

test("a tool that fails says what it said", async () => {
  await expect(runTool("/bin/sh", ["-c", "echo because >&2; exit 3"])).rejects.toThrow("because");
});

test("a command that does not exist is an error, not a crash", async () => {
  const command = { file: "/no/such", args: [], env: {}, folder, logFile: join(folder, "log") };
  await expect(startProcess({ ...command, lifetime: "itself" })).rejects.toThrow(/Cannot start/);
});

describe.runIf(process.platform === "linux")("a program", () => {
  const program = (script: string): Program => ({
    name: "epmd",
    folder: join(folder, "own"),
    folders: ["data"],
    files: [
      { path: "config", text: "new" },
      { path: "secret", text: "new", keep: true },
    ],
    command: shell(script),
    isReady: async () => {
      throw new Error("not yet");
    },
    readyWithinMs: 60_000,
  });

  test("that dies is reported at once, with the end of its log", async () => {
    const mark = await launch(program("echo first; echo the reason >&2; exit 1"), "parent");
    await expect(awaitReady(program(""), mark)).rejects.toThrow(/has ended[\s\S]*the reason/);
  });

  test("keeps its secret, and gets a new config and an empty log each time", async () => {
    const quick = program("exit 0");
    await launch(quick, "parent");
    await writeFile(join(quick.folder, "secret"), "old");
    await writeFile(join(quick.folder, "config"), "old");
    await writeFile(logFileOf(quick), "old");
    await launch(quick, "parent");
    const read = (name: string) => readFile(join(quick.folder, name), "utf8");
    expect(await Promise.all(["secret", "config", "epmd.log"].map(read))).toEqual([
      "old",
      "new",
      "",
    ]);
  });
});
