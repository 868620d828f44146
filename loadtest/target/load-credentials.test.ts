import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import {
  openCredentials,
  readCredentials,
} from "../../services/platform/grpc/credentials/open-credentials.ts";
import {
  TestAuthority,
  TestCertsFolder,
} from "../../services/platform/grpc/credentials/testing/certificates.ts";
import { startEcho } from "../../services/platform/grpc/testing/echo-server.ts";
import { EchoService } from "../../services/platform/grpc/testing/echo-service.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { newCall } from "../drivers/ceiling.ts";
import type { Driver, Target } from "../drivers/driver.ts";
import { openGrpcDriver } from "../drivers/grpc/grpc-driver.ts";
import { openRawDriver } from "../drivers/http2/raw-driver.ts";
import { channelBy, dialBy } from "./load-credentials.ts";

const LOOK_MS = 5_000;
const CALL = Buffer.from(JSON.stringify({ text: "hello" }));

let open: AsyncDisposableStack;
let folder: TestCertsFolder;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  folder = open.use(await TestCertsFolder.create());
});
afterEach(() => open.disposeAsync());

type Way = (credentials: Credentials) => (target: Target) => Promise<Driver>;

const raw: Way = (credentials) => {
  const dial = dialBy(credentials);
  return (target) => openRawDriver([target], { connections: 1, dial });
};
const grpcJs: Way = (credentials) => {
  const channel = channelBy(credentials);
  return (target) => openGrpcDriver([target], { connections: 1, ...channel });
};

it.each([
  ["raw", raw],
  ["grpc-js", grpcJs],
])(
  "a %s connection shows the certificate of its moment, in a run that outlives the first",
  async (_name, way) => {
    const first = await TestAuthority.create();
    await folder.write("loadtest", await first.svid("loadtest"));
    const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
    const clock = new ManualClock(Date.now());
    const credentials = await readCredentials("loadtest", config, clock);
    const connect = way(credentials);

    // Who believes only the next authority takes nothing of the first.
    const next = await TestAuthority.create();
    const taken = new Promise<void>((resolve) => credentials.tls?.onChange(() => resolve()));
    await folder.write("loadtest", await next.svid("loadtest"));
    await folder.write("post", await next.svid("post", { dnsNames: ["localhost"] }));
    await clock.advance(LOOK_MS);
    await taken;
    const log = createLogger("test", "silent");
    const server = {
      credentials: await openCredentials(open, { service: "post", config, log, clock }),
      accessTo: () => ({ byItself: ["loadtest" as const], forUser: [] }),
    };
    const echo = open.use(await startEcho({}, { server }));
    const target = {
      path: EchoService.say.path,
      addresses: [echo.server.address],
      timeoutMs: 10_000,
    };
    const driver = open.adopt(await connect(target), (one) => one.close());
    const status = new Promise((resolve) => driver.send(newCall(CALL), resolve));
    expect(await status).toBe(0);
  },
);
