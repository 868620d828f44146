import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { calls } from "./define.ts";
import { checkCalls, readCalls } from "./read-calls.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-calls-"));
afterAll(() => rmSync(folder, { recursive: true }));

const target = { addresses: ["localhost:1"], protocol: "http/1.1" } as const;
const step = (name?: string) => ({ request: "GET /", ...(name !== undefined && { name }) });

function read(given: object) {
  const file = join(folder, "mine.json");
  writeFileSync(file, JSON.stringify(given));
  return readCalls(file, {});
}

describe("a scenario of calls", () => {
  it.each(["call", "run", 7])("is said to be none by its kind alone: %j", async (kind) => {
    await expect(read({ kind, target, flows: [{ steps: [step()] }] })).rejects.toThrow(
      `Scenario mine can't be run:\n  kind: ${JSON.stringify(kind)}: give "calls" for calls of any`,
    );
  });

  it("is asked for its kind when it has flows, and is another when it has neither", async () => {
    await expect(read({ target, flows: [] })).rejects.toThrow("kind: it is missing, and there are");
    expect(await read({ load: { kind: "sessions" } })).toBeUndefined();
  });

  it("has no trace beside its flows, whose calls would be made by whatever flow has their place", async () => {
    const given = { kind: "calls", target, flows: [{ steps: [step()] }] };
    await expect(read({ ...given, trace: { file: "trace.ndjson" } })).rejects.toThrow(
      "trace: what is called is in it, and flows beside it say something else: leave it out, and give the trace to `load replay`.",
    );
  });

  it("may begin with a byte order mark", async () => {
    const file = join(folder, "marked.json");
    const given = { kind: "calls", target, flows: [{ steps: [step()] }] };
    writeFileSync(file, `\ufeff${JSON.stringify(given)}`);
    expect(await readCalls(file, {})).toMatchObject({ name: "marked", target });
  });

  it("has a name of its own for each step that was given one, in all of its flows", () => {
    const asked = (...flows: Parameters<typeof calls>[0]["flows"]) =>
      checkCalls(calls({ target, flows }));
    expect(() => asked({ steps: [step("a")] }, { steps: [step("b"), step("a")] })).toThrow(
      'flows[1].steps[1].name: "a" is the name of flows[0].steps[0] too: give each a name of its own',
    );
    asked({ group: "x", steps: [step("a"), step(), step()] }, { group: "y", steps: [step("a")] });
  });
});
