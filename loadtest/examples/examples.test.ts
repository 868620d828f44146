import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GreeterServer, startGreeter } from "../calls/testing/greeter-server.ts";
import { driveAndReport } from "./drive.ts";
import { searchCapacityOf } from "./search.ts";

let greeter: GreeterServer;
beforeAll(async () => {
  greeter = await startGreeter();
});
afterAll(() => greeter[Symbol.asyncDispose]());

describe("the examples of scripts", () => {
  it("drive a target, and write a report", async () => {
    const folder = await mkdtemp(join(tmpdir(), "load-example-"));
    try {
      const file = join(folder, "report.html");
      const figures = await driveAndReport(`localhost:${greeter.port}`, file);
      expect(figures.operations.map(({ name }) => name)).toEqual(["hello", "again"]);
      expect(figures.counters.failed_checks).toBe(0);
      expect(await readFile(file, "utf8")).toContain("greetings");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("search a capacity", async () => {
    const summary = await searchCapacityOf(`localhost:${greeter.port}`);
    expect(summary[0]).toMatch(/calls a second|load was confirmed/);
  });
});
