import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { briefScenario } from "../testing/play-here.ts";
import { replayScenario } from "./replay-scenario.ts";

const folder = mkdtempSync(join(tmpdir(), "load-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

const target = { addresses: ["localhost:1"], protocol: "http/1.1" } as const;

it("is of no trace that a wrong clock made longer than a run may take", async () => {
  const file = join(folder, "trace.ndjson");
  const times = ["1970-01-01T00:00:07Z", "2026-11-28T12:00:00Z", "2026-11-28T12:00:01Z"];
  const lines = times.map((time) => JSON.stringify({ time, request: "GET /" }));
  writeFileSync(file, lines.join("\n"));
  const { flows: _, perSecond: __, pace: ___, ...base } = briefScenario(target, []);
  await expect(replayScenario(base, { file })).rejects.toThrow(
    /trace\.ndjson would take 20785\.5 days, and a run at most 7\.0 days\. Its longest pause, 20785\.5 days, is after its first 1 of 3 calls by time/,
  );
  writeFileSync(file, lines.slice(1).join("\n"));
  expect(await replayScenario(base, { file })).toMatchObject({ seconds: 1 });
});
