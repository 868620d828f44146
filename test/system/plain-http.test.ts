import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readConsoleConfig } from "../../console/config.ts";
import { createConsole } from "../../console/create.ts";
import { readGatewayConfig } from "../../services/gateway/config.ts";
import { createGatewayService } from "../../services/gateway/create.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import {
  TestAuthority,
  TestCertsFolder,
} from "../../services/platform/grpc/credentials/testing/certificates.ts";
import type { Served } from "../../services/platform/lifecycle/serve.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";

const log = createLogger("test", "silent");
const FRONTS: readonly ["gateway" | "console", (env: Environment) => Promise<Served>][] = [
  ["gateway", (env) => createGatewayService(readGatewayConfig(env), { log })],
  ["console", (env) => createConsole(readConsoleConfig(env), { log })],
];

let open: AsyncDisposableStack;
let env: Environment;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tidings-plain-"));
  open.defer(() => rm(dataDir, { recursive: true, force: true }));
  const folder = open.use(await TestCertsFolder.create());
  const authority = await TestAuthority.create();
  for (const [name] of FRONTS) await folder.write(name, await authority.svid(name));
  env = {
    TIDINGS_TLS: "1",
    TIDINGS_CERTS_DIR: folder.path,
    TIDINGS_DATA_DIR: dataDir,
    TIDINGS_HOST: "0.0.0.0",
    TIDINGS_GATEWAY_PORT: "0",
    TIDINGS_GATEWAY_METRICS_PORT: "0",
    TIDINGS_CONSOLE_PORT: "0",
    TIDINGS_CONSOLE_METRICS_PORT: "0",
  };
});
afterEach(() => open.disposeAsync());

it.each(FRONTS)(
  "the %s's plain HTTP stays on this machine, though the mesh has TLS",
  async (_, start) => {
    await expect(start(env)).rejects.toThrow(/TIDINGS_HOST="0.0.0.0" for plain HTTP/);
  },
);

it.each(FRONTS)(
  "the %s speaks plain HTTP anywhere, once it is told of a proxy",
  async (_, start) => {
    const served = await start({ ...env, TIDINGS_PLAINTEXT: "http-behind-a-proxy" });
    open.defer(() => served.close());
    expect((await fetch(`http://127.0.0.1:${served.port}/`)).status).toBeLessThan(500);
  },
);
