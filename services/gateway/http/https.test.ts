import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeCertificates } from "../../../tools/certs/certificates.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

const HOUR_MS = 3_600_000;

let folder: string;
const [certFile, keyFile] = ["cert.pem", "key.pem"];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-https-"));
  await show("gateway");
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts the certificate of a service where the gateway's is. */
async function show(service: string): Promise<void> {
  const nowMs = Date.now();
  const made = {
    folder: join(folder, "made"),
    trustDomain: "tidings.test",
    lifeMs: HOUR_MS,
    nowMs,
  };
  await makeCertificates(made);
  await copyFile(join(made.folder, service, "svid.pem"), join(folder, certFile));
  await copyFile(join(made.folder, service, "svid_key.pem"), join(folder, keyFile));
}

function start(clock?: ManualClock): Promise<GatewayUnderTest> {
  const files = {
    TIDINGS_GATEWAY_TLS_CERT_FILE: join(folder, certFile),
    TIDINGS_GATEWAY_TLS_KEY_FILE: join(folder, keyFile),
  };
  return startGatewayUnderTest(files, clock);
}

/** What the gateway answers, and whose certificate it shows. */
function ask({ gateway }: GatewayUnderTest): Promise<{ status: number; name: string }> {
  const url = `https://${gateway.address}/healthz`;
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false }, (answer) => {
      const socket = answer.socket as TLSSocket;
      const name = socket.getPeerCertificate().subjectaltname ?? "";
      resolve({ status: answer.statusCode ?? 0, name });
      answer.resume();
    }).on("error", reject);
  });
}

it("answers by HTTPS, and not by HTTP", async () => {
  await using test = await start();
  expect((await ask(test)).status).toBe(200);
  await expect(fetch(`${test.url}/healthz`)).rejects.toThrow();
});

it("shows a certificate that was replaced, once its key is there too", async () => {
  const clock = new ManualClock(Date.now());
  await using test = await start(clock);
  const before = await ask(test);
  await show("post");
  await clock.advance(5_000);
  // Reading files takes turns of its own.
  while ((await ask(test)).name === before.name) await new Promise(setImmediate);
  expect((await ask(test)).name).toContain("post");
});

it("does not start with a key of another certificate", async () => {
  await copyFile(join(folder, "made", "post", "svid_key.pem"), join(folder, keyFile));
  await expect(start()).rejects.toThrow(/no certificate with its key/);
});
