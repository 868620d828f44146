import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Caller } from "../../services/model/callers.ts";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { openCredentials } from "../../services/platform/grpc/credentials/open-credentials.ts";
import type { SvidTexts } from "../../services/platform/grpc/credentials/svid/svid.ts";
import {
  TestAuthority,
  TestCertsFolder,
} from "../../services/platform/grpc/credentials/testing/certificates.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../services/platform/telemetry/metrics.ts";
import { startMetricsServer } from "../../services/platform/telemetry/metrics-server.ts";
import { readProcesses } from "../processes.ts";
import { ProcessPages } from "./process-pages.ts";

const HALF_HOUR_MS = 1_800_000;
const host = "127.0.0.1";
const log = createLogger("test", "silent");

let open: AsyncDisposableStack;
let authority: TestAuthority;
let folder: TestCertsFolder;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  authority = await TestAuthority.create();
  folder = open.use(await TestCertsFolder.create());
});
afterEach(() => open.disposeAsync());

/** A process that took up its certificate while it held, and shows it whatever has become of it. */
async function showing(service: Caller, texts: SvidTexts): Promise<Credentials> {
  await folder.write(service, texts);
  const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
  const clock = new ManualClock(Date.now() - 1.5 * HALF_HOUR_MS);
  return openCredentials(open, { service, config, log, metrics: createMetrics(service), clock });
}

const sound = (service: Caller, from = authority) => from.svid(service);
const ended = (service: Caller) => authority.svid(service, { endsMs: Date.now() - HALF_HOUR_MS });

/** What the console knows of a post process that shows one certificate, by its own. */
async function seen(process: SvidTexts, own: SvidTexts) {
  const credentials = await showing("post", process);
  const metrics = createMetrics("post");
  const { port } = open.use(await startMetricsServer({ host, port: 0, metrics, credentials }));
  return lookAt(port, await showing("console", own));
}

async function lookAt(port: number, credentials: Credentials) {
  const processes = readProcesses([`post=${host}:${port}`]);
  const pages = await new ProcessPages(processes, credentials, { clock: systemClock }).all(
    "/metrics",
  );
  return pages.get("post");
}

it("is shown what holds", async () => {
  expect(await seen(await sound("post"), await sound("console"))).toMatchObject({
    text: expect.stringContaining("process_cpu_seconds_total"),
  });
});

it("says that a process's certificate has expired", async () => {
  expect(await seen(await ended("post"), await sound("console"))).toEqual({
    silence: "its certificate has expired: have it issued anew",
  });
});

it("says that its own has, where a process says so", async () => {
  expect(await seen(await sound("post"), await ended("console"))).toEqual({
    silence: expect.stringMatching(/^it answers 403: .*not believed: CERT_HAS_EXPIRED/),
  });
});

it("says that a process is of another authority, or speaks plaintext", async () => {
  const other = await TestAuthority.create();
  expect(await seen(await sound("post", other), await sound("console"))).toEqual({
    silence: "its certificate is of an authority unknown here",
  });
  const plain = createServer();
  await new Promise<void>((resolve) => plain.listen(0, host, resolve));
  open.defer(() => void plain.close());
  const { port } = plain.address() as AddressInfo;
  expect(await lookAt(port, await showing("console", await sound("console")))).toEqual({
    silence: "it speaks plaintext, and was asked by TLS",
  });
});
