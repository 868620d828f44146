import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../services/platform/storage/folder-lock.ts";
import { findPortBase } from "../mesh/free-ports.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./finding.ts";
import { report } from "./report.ts";

const root = resolve(import.meta.dirname, "../..");
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tidings-doctor-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const look = async (
  env: NodeJS.ProcessEnv = {},
): Promise<(what: string) => Finding | undefined> => {
  const findings = await examine({ root, dataDir, env });
  return (what) => findings.find((one) => one.what === what);
};

describe("the doctor", () => {
  it("finds a fresh checkout well", async () => {
    const findings = await examine({ root, dataDir, env: {} });
    expect(findings.filter(({ state }) => state === "wrong")).toEqual([]);
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        "node",
        "packages",
        "protos",
        "configuration",
        "disk",
        "clock",
        "keys",
      ]),
    );
  });

  it("finds a data folder well that is not there yet, if it can be made, and leaves nothing", async () => {
    const missing = join(dataDir, "a", "b");
    const at = async (path: string) => {
      const findings = await examine({ root, dataDir: path, env: {} });
      return findings.find(({ what }) => what === "data folder");
    };
    expect(await at(missing)).toMatchObject({ state: "ok" });
    expect(readdirSync(dataDir)).toEqual([]);
    writeFileSync(join(dataDir, "a"), "");
    expect(await at(missing)).toMatchObject({
      state: "wrong",
      says: expect.stringContaining("ENOTDIR"),
    });
    if (process.platform !== "linux") return;
    // Nobody can make anything there, as on a disk that is mounted to be read.
    expect(await at("/proc/tidings/data")).toMatchObject({
      state: "wrong",
      says: expect.stringContaining("/proc/tidings/data is not there, and can't be made"),
      remedy: expect.stringContaining("make /proc writable"),
    });
  });

  it("names each variable that is wrong, and what is allowed", async () => {
    const finding = (await look({ TIDINGS_POST_QUOTA_BURST: "many" }))("configuration");
    expect(finding).toMatchObject({
      state: "wrong",
      says: expect.stringContaining('BURST="many"'),
    });
  });

  it("names a variable that nobody reads, and the one that is meant", async () => {
    const finding = (await look({ TIDINGS_PORTBASE: "9000" }))("configuration");
    expect(finding).toMatchObject({
      state: "warning",
      says: "TIDINGS_PORTBASE is set, and nobody reads it",
      remedy: "is TIDINGS_PORT_BASE meant?",
    });
  });

  it("counts those that every process reads among what is set", async () => {
    const env = { TIDINGS_PORT_BASE: String(await findPortBase()), TIDINGS_LOG_LEVEL: "warn" };
    expect((await look(env))("configuration")).toEqual({
      what: "configuration",
      state: "ok",
      says: "set: TIDINGS_LOG_LEVEL, TIDINGS_PORT_BASE",
    });
  });

  it("asks the engines that variables name, and says which one does not answer, and why", async () => {
    const env = {
      TIDINGS_ENGINE: "cql",
      TIDINGS_AMQP_URL: "amqp://me:secret@127.0.0.1:9",
      TIDINGS_CQL_CONTACT_POINTS: "127.0.0.1:9",
    };
    const finding = await look(env);
    expect(finding("broker")).toMatchObject({
      state: "wrong",
      says: expect.stringMatching(
        /^amqp:\/\/me:\*\*\*@127.0.0.1:9 does not answer: .*ECONNREFUSED/,
      ),
    });
    expect(finding("database")).toMatchObject({
      state: "wrong",
      says: expect.stringMatching(/^the database at 127.0.0.1:9 did not .*ECONNREFUSED/),
    });
  });

  it("says who has the data folder", async () => {
    const lock = lockFolder(dataDir);
    expect((await look())("data folder")?.says).toContain(`process ${process.pid}`);
    lock.release();
    expect((await look())("data folder")?.says).toContain("is free");
  });

  it("sees a clock that is behind the data", async () => {
    const file = join(dataDir, "mesh.log");
    writeFileSync(file, "");
    const inAnHour = Date.now() / 1_000 + 3_600;
    utimesSync(file, inAnHour, inAnHour);
    expect((await look())("clock")).toMatchObject({ state: "wrong" });
  });

  it("names the port that another has, and the service that wants it", async () => {
    const port = await findPortBase();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const finding = (await look({ TIDINGS_PORT_BASE: String(port) }))("ports");
    expect(finding).toMatchObject({ state: "warning", says: `in use: ${port} (gateway)` });
    // A mesh that runs has them, as it should.
    const lock = lockFolder(dataDir);
    const then = (await look({ TIDINGS_PORT_BASE: String(port) }))("ports");
    lock.release();
    server.close();
    expect(then).toMatchObject({ state: "ok", says: expect.stringContaining(`on ${dataDir}`) });
  });

  it("says what is wrong with a file of keys", async () => {
    const file = join(dataDir, "issuer.pem");
    writeFileSync(file, "noise");
    const finding = (await look({ TIDINGS_JWT_PUBLIC_KEY_FILE: file }))("keys");
    expect(finding).toMatchObject({ state: "wrong", says: expect.stringContaining(file) });
  });

  it("prints a line a finding with the remedy below it, and counts", () => {
    const findings: readonly Finding[] = [
      { what: "node", state: "ok", says: "26.9.0" },
      { what: "disk", state: "wrong", says: "full", remedy: "make room" },
    ];
    expect(report(findings)).toBe(
      "ok     node  26.9.0\nWRONG  disk  full\n             -> make room\n\n1 well, 0 to know, 1 wrong.",
    );
  });
});
