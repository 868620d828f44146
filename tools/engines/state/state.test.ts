import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Ledger } from "./ledger.ts";
import { enginesFolder, parseState, readState, stateFile, writeState } from "./state.ts";

const mark = { pid: 7, startTicks: 100, folder: "/x" };
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-state-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

test("what was written is read, and nobody else may read it", async () => {
  const state = { way: { amqp: "local" }, pids: { rabbitmq: mark }, startedAt: 5 } as const;
  await writeState(dataDir, state);
  expect(await readState(dataDir)).toEqual(state);
  expect((await stat(stateFile(dataDir))).mode & 0o777).toBe(0o600);
});

test("no file is no state", async () => {
  expect(await readState(dataDir)).toBeUndefined();
});

test.each([
  ["null", /not a state/],
  ['{"way":{}}', /not a state/],
  ['{"way":{},"pids":{"epmd":{"pid":1}}}', /process of epmd/],
  ['{"way":{},"pids":{"epmd":null}}', /process of epmd/],
])("%s is refused", (text, reason) => {
  expect(() => parseState(text)).toThrow(reason);
});

test("a broken file is an error that says what to do", async () => {
  await writeState(dataDir, { way: {}, pids: {}, startedAt: 0 });
  await writeFile(stateFile(dataDir), "{");
  await expect(readState(dataDir)).rejects.toThrow(/end those whose .* then delete it/);
});

test("two changes at once both reach the disk, and an empty state leaves no file", async () => {
  const ledger = await Ledger.open(dataDir);
  await Promise.all([
    ledger.update((state) => ({ ...state, way: { ...state.way, amqp: "local" } })),
    ledger.update((state) => ({ ...state, way: { ...state.way, cql: "address" } })),
  ]);
  expect((await readState(dataDir))?.way).toEqual({ amqp: "local", cql: "address" });
  await ledger.update((state) => ({ ...state, way: {} }));
  expect(await readdir(enginesFolder(dataDir))).toEqual([]);
});
