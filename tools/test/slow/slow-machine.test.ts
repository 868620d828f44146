import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { readState } from "../../engines/state/state.ts";
import { slowMachine } from "./slow-machine.ts";

it("has its tests find the engines behind links, whose processes are none of theirs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-slow-"));
  await using ending = new AsyncDisposableStack();
  ending.defer(() => rm(folder, { recursive: true }));
  const engines = {
    ...{ way: {}, startedAt: 7, cqlLocalDataCenter: "here" },
    pids: { cassandra: { pid: 1, startTicks: 1, folder: "/" } },
    amqpUrl: "amqp://guest:secret@127.0.0.1:11/v",
    cqlContactPoints: ["127.0.0.1:12"],
  };
  const said: string[] = [];
  const options = { seed: 1, engines, folder, say: (line: string) => said.push(line) };
  expect(await slowMachine(options, ending)).toMatchObject({ TIDINGS_DATA_DIR: folder });
  const state = present(await readState(folder));
  expect(state).toMatchObject({ pids: {}, cqlLocalDataCenter: "here" });
  const [port] = /(?<=@127.0.0.1:)\d+(?=\/v$)/.exec(state.amqpUrl ?? "") ?? [];
  expect([port, state.cqlContactPoints?.[0].split(":")[1]]).not.toContain(undefined);
  expect([port, state.cqlContactPoints?.[0]]).not.toEqual(["11", "127.0.0.1:12"]);
  expect(said.join("\n")).toContain("20 to 120 ms longer");
});

it("has no engines where none run", async () => {
  await using alone = await withoutEngines();
  expect(alone.env).not.toHaveProperty("TIDINGS_DATA_DIR");
});

it.skipIf(process.platform !== "linux")(
  "has services of a mesh begin late, each by its own time, and nobody else",
  async () => {
    await using alone = await withoutEngines();
    const [ranking, other] = ["services/ranking/main.ts", "tools/ranking/main.ts"].map((file) =>
      join(alone.folder, file),
    );
    for (const file of [ranking, other]) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "here");
    }
    const tookMs = async (file: string, mostMs: number) => {
      const env = { ...process.env, ...alone.env, SLOW_START_MOST_MS: String(mostMs) };
      const beganMs = performance.now();
      expect((await promisify(execFile)("cat", [file], { env })).stdout).toBe("here");
      return performance.now() - beganMs;
    };
    // About 1.4 s with this seed.
    expect(await tookMs(ranking, 2_000)).toBeGreaterThan(200);
    // That this ends says it: nobody waits a day for a tool.
    await tookMs(other, 86_400_000);
  },
);

/** A folder for what is made, and what tests are told, where no engines run. */
async function withoutEngines() {
  const folder = await mkdtemp(join(tmpdir(), "tidings-slow-"));
  const ending = new AsyncDisposableStack();
  ending.defer(() => rm(folder, { recursive: true }));
  const env = await slowMachine({ seed: 1, engines: undefined, folder, say: () => {} }, ending);
  return { folder, env, [Symbol.asyncDispose]: () => ending.disposeAsync() };
}
