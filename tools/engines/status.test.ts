import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";
import { stateFile, writeState } from "./state/state.ts";
import { describeEngines, formatSeconds, parseResidentMb, withoutPassword } from "./status.ts";
import { composeEnvironment, composeProject } from "./ways/docker.ts";

test.each([
  [0.4, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [93_784, "26 h 3 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  ["amqp://guest:guest@127.0.0.1:29672", "amqp://guest:***@127.0.0.1:29672"],
  ["127.0.0.1:29042", "127.0.0.1:29042"],
])("%s is printed as %s", (address, printed) => {
  expect(withoutPassword(address)).toBe(printed);
});

test("resident memory is read from the status of a process", () => {
  expect(parseResidentMb("VmPeak:\t  9999 kB\nVmRSS:\t  460800 kB\n")).toBe(450);
});

test("without a state nothing is up", async () => {
  const { lines, healthy } = await describeEngines("/no/such/folder", "/nor/this");
  expect(healthy).toBe(false);
  expect(lines).toEqual(["Nothing is up (no /no/such/folder/engines/state.json)"]);
});

test("what the checkout started is shown where TIDINGS_DATA_DIR has none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-engines-"));
  await writeState(folder, { way: { amqp: "local" }, pids: {}, startedAt: 1 });
  const { lines } = await describeEngines("/no/such/folder", folder);
  expect(lines[0]).toContain("never became ready; by local");
  expect(lines.at(-1)).toBe(`State ${stateFile(folder)}`);
  await rm(folder, { recursive: true });
});

test("each folder and each service has containers of its own", () => {
  const projects = ["/a", "/b"].flatMap((dataDir) =>
    ["rabbitmq", "scylla"].map((service) => composeProject(dataDir, service)),
  );
  expect(new Set(projects).size).toBe(4);
  expect(composeEnvironment(readSettings({ TIDINGS_ENGINES_CQL_PORT: "3000" }))).toEqual({
    TIDINGS_ENGINES_AMQP_PORT: "29672",
    TIDINGS_ENGINES_CQL_PORT: "3000",
  });
});
