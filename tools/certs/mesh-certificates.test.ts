import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCredentials } from "../../services/platform/grpc/credentials/open-credentials.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { readPostConfig } from "../../services/post/config.ts";
import { readRankingConfig } from "../../services/ranking/config.ts";
import { ensureCertificates, toolCredentials } from "./mesh-certificates.ts";

let open: AsyncDisposableStack;
let dataDir: string;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  dataDir = await mkdtemp(join(tmpdir(), "tidings-data-"));
  open.defer(() => rm(dataDir, { recursive: true, force: true }));
});
afterEach(() => open.disposeAsync());

it("certificates lie beside the data, unless it is said where", () => {
  const dirOf = (env: object) => readPostConfig({ TIDINGS_TLS: "1", ...env }).certsDir;
  expect(dirOf({})).toBe(".data/certs");
  expect(dirOf({ TIDINGS_DATA_DIR: "/x" })).toBe("/x/certs");
  expect(dirOf({ TIDINGS_DATA_DIR: "" })).toBe(".data/certs");
  expect(dirOf({ TIDINGS_DATA_DIR: "/x", TIDINGS_CERTS_DIR: "/y" })).toBe("/y");
});

it("a service started alone finds those that were made for the mesh, as a command does", async () => {
  const env = { TIDINGS_TLS: "1", TIDINGS_DATA_DIR: dataDir };
  await ensureCertificates(env);
  // Ranking keeps no data of its own.
  const config = readRankingConfig(env);
  const log = createLogger("test", "silent");
  const credentials = await openCredentials(open, { service: "ranking", config, log });
  expect(credentials.tls).toBeDefined();
  expect((await toolCredentials("operator", env)).tls).toBeDefined();
});
