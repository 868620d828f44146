import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditVerdict, signaturesVerdict } from "./verdict.ts";

const MAIN = resolve(import.meta.dirname, "main.ts");
const HOLE = {
  id: 1,
  url: "https://advisories.example/1",
  title: "Anybody may be anybody",
  severity: "high",
  vulnerable_versions: ">=1.0.0",
};
const BULK = "/-/npm/v1/security/advisories/bulk";

describe("a registry that is asked", () => {
  /** What it answers to the question of all that is locked. */
  let advisories: object | undefined;
  const asked: string[] = [];
  const registry = createServer(async (request, response) => {
    const parts = await request.toArray();
    if (request.url !== BULK || !advisories) return response.writeHead(405).end();
    asked.push(...Object.keys(JSON.parse(gunzipSync(Buffer.concat(parts)).toString())));
    response.end(JSON.stringify(advisories));
  });
  beforeEach(() => new Promise<void>((done) => registry.listen(0, "127.0.0.1", done)));
  afterEach(() => {
    registry.close();
    registry.closeAllConnections();
  });

  /** How the command ends. */
  function advise(...args: readonly string[]) {
    const { port } = registry.address() as AddressInfo;
    const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/` };
    const { promise, resolve: done } = Promise.withResolvers<{ code: unknown; stdout: string }>();
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout) =>
      done({ code: error?.code ?? 0, stdout }),
    );
    return promise;
  }

  it("makes the command fail for a hole in what is locked", async () => {
    advisories = { fastify: [HOLE] };
    const { code, stdout } = await advise();
    expect(stdout).toContain(
      "advisories: FOUND: fastify, high: Anybody may be anybody, >=1.0.0 (https://advisories.example/1)",
    );
    expect(code).toBe(1);
    expect(asked).toContain("@grpc/grpc-js");
  });

  it("knows of none: then that is said", async () => {
    advisories = {};
    expect((await advise()).stdout).toContain("advisories: nothing found");
  });

  it("and can't be: NOT RUN, which is no failure unless it must", async () => {
    advisories = undefined;
    const { code, stdout } = await advise();
    expect(stdout).toMatch(/^advisories: NOT RUN: 405 Method Not Allowed - POST the registry$/m);
    expect(code).toBe(0);
    expect((await advise("--must")).code).toBe(2);
  });
});

describe("what npm prints", () => {
  it("names a package that comes by another", () => {
    const vulnerabilities = { a: { severity: "low", via: ["b"] } };
    const printed = JSON.stringify({ auditReportVersion: 2, vulnerabilities });
    expect(auditVerdict(printed)).toEqual({ kind: "found", lines: ["a, low: by b"] });
  });

  it("of signatures says what is not as it was published", () => {
    const printed = { invalid: [{ name: "a", version: "1.0.0" }], missing: [] };
    expect(signaturesVerdict(JSON.stringify(printed))).toEqual({
      kind: "found",
      lines: ["a@1.0.0 is not what its signature says"],
    });
    expect(signaturesVerdict('{"invalid":[],"missing":[]}')).toEqual({ kind: "clean" });
  });

  it.each(["", "not JSON", "null", "[]", '{"error":{"summary":"ENOTFOUND"}}'])(
    "is never taken for clean when it is %j",
    (printed) => {
      expect(auditVerdict(printed).kind).toBe("not run");
      expect(signaturesVerdict(printed).kind).toBe("not run");
    },
  );
});
