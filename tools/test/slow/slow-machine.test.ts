import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  const folder = await mkdtemp(join(tmpdir(), "tidings-slow-"));
  await using ending = new AsyncDisposableStack();
  ending.defer(() => rm(folder, { recursive: true }));
  const options = { seed: 1, engines: undefined, folder, say: () => {} };
  expect(await slowMachine(options, ending)).not.toHaveProperty("TIDINGS_DATA_DIR");
});
