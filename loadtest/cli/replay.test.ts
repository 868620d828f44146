import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "tidings-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (...words: readonly string[]) =>
  promisify(execFile)(process.execPath, [MAIN, ...words], { cwd: folder });

/** A server that keeps the headers that it gets. */
async function startKeeper() {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer(({ headers }, response) => {
    seen.push(headers);
    response.end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { seen, port, [Symbol.asyncDispose]: async () => void server.close() };
}

test("a replay sends secrets, keeps none of them, and says what it did to its trace", async () => {
  await using keeper = await startKeeper();
  const time = "[28/Nov/2026:12:00:00 +0000]";
  const line = `::1 - - ${time} "GET /v1/items?api_key=SECRET1 HTTP/1.1" 200 5`;
  writeFileSync(join(folder, "access.log"), [line, `::1 - - ${time} "-" 408 0`, line].join("\n"));
  const { stdout } = await load(
    ...["replay", "access.log", "--target", `http://127.0.0.1:${keeper.port}`],
    ...["--header", "X-Api-Key: SECRET2", "--header", "x-team: search"],
    ...["--token", "printf SECRET3", "--out", "run.json"],
  );
  expect(keeper.seen).toHaveLength(2);
  for (const headers of keeper.seen) {
    expect(headers).toMatchObject({
      "x-api-key": "SECRET2",
      authorization: "Bearer SECRET3",
      "x-team": "search",
    });
  }
  expect(stdout).toContain("1 of its 3 lines are no calls, and were left out; the first is line 2");
  expect(stdout).toContain("spread evenly");
  await load("report", "run.json", "--out", "run.html");
  await load("export", "run.json", "--format", "junit", "--out", "run.xml");
  for (const name of readdirSync(folder)) {
    if (name !== "access.log")
      expect(readFileSync(join(folder, name), "utf8")).not.toMatch("SECRET");
  }
  const { command, scenario } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  expect(command).toContain("--header 'X-Api-Key: ***' --header 'x-team: search' --token '***'");
  expect(scenario.target.headers).toEqual({ "X-Api-Key": "***", "x-team": "search" });
});
