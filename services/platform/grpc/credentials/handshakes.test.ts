import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { Caller } from "../../../model/callers.ts";
import { COUNTERS } from "../../../model/metrics.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { valueIn } from "../../telemetry/read-exposition.ts";
import type { SessionLimits } from "../server/sessions/session-limits.ts";
import { startEcho } from "../testing/echo-server.ts";
import { openCredentials } from "./open-credentials.ts";
import { TestAuthority, TestCertsFolder } from "./testing/certificates.ts";

const silentLog = createLogger("test", "silent");
const HOUR_MS = 3_600_000;

let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

/** post, which gateway calls. */
async function startPost(sessionLimits: Partial<SessionLimits>, log = silentLog) {
  const authority = await TestAuthority.create();
  const folder = open.use(await TestCertsFolder.create());
  const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
  const credentialsOf = async (service: Caller) => {
    await folder.write(service, await authority.svid(service));
    return openCredentials(open, { service, config, log: silentLog });
  };
  const accessTo = () => ({ byItself: ["gateway" as const], forUser: [] });
  const server = { credentials: await credentialsOf("post"), accessTo, sessionLimits, log };
  const client = { credentials: await credentialsOf("gateway"), to: "post" };
  return { ...open.use(await startEcho({}, { server, client })), authority };
}

/** A connection that says nothing; ends when the server ends it. */
function silence(port: number): Promise<void> {
  return new Promise((resolve) => silent(port).once("close", () => resolve()));
}

function silent(port: number): Socket {
  const socket = connectTcp(port, "127.0.0.1");
  open.defer(() => void socket.destroy());
  return socket;
}

it("strangers who never say who they are hold no connection", async () => {
  const { server, client } = await startPost({ maxConnections: 2, handshakeMs: 2_000 });
  await Promise.all([1, 2].map(() => silence(server.port)));
  expect(await client.say({ text: "hi" })).toEqual({ text: "hi" });
});

it("one address has a few that have not said who they are; one more, and the oldest is cut off", async () => {
  const { server, client } = await startPost({ maxHandshakes: 2, handshakeMs: 60_000 });
  // Who has said so is none of them.
  expect(await client.say({ text: "hi" })).toEqual({ text: "hi" });
  const ended: number[] = [];
  const silences = [0, 1, 2, 3].map((i) => silence(server.port).then(() => ended.push(i)));
  await Promise.all(silences.slice(0, 2));
  expect(ended.toSorted()).toEqual([0, 1]);
});

it("an address that holds all it may in silence keeps nobody out", async () => {
  const { server, client } = await startPost({ maxHandshakes: 2, handshakeMs: 60_000 });
  const reached = [0, 1].map(() => silent(server.port));
  await Promise.all(reached.map((socket) => once(socket, "connect")));
  expect(await client.say({ text: "hi" })).toEqual({ text: "hi" });
});

describe("a caller whose certificate OpenSSL does not believe", () => {
  const ended = { beginsMs: Date.now() - 2 * HOUR_MS, endsMs: Date.now() - HOUR_MS };
  it.each([
    ["has ended", async (own: TestAuthority) => own.svid("gateway", ended), /CERT_HAS_EXPIRED/],
    [
      "is of another authority",
      async () => (await TestAuthority.create()).svid("gateway"),
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    ],
    ["is missing", async () => undefined, /PEER_DID_NOT_RETURN_A_CERTIFICATE/],
  ])("is told of by the server: it %s", async (_what, shownBy, problem) => {
    const said = Promise.withResolvers<unknown>();
    const log = pino({}, { write: (line: string) => said.resolve(JSON.parse(line)) });
    const { server, metrics, authority } = await startPost({}, log);
    const texts = await shownBy(authority);
    const socket = connectTls({
      ...{ port: server.port, host: "127.0.0.1", ALPNProtocols: ["h2"] },
      ...(texts && { cert: texts.certificate, key: texts.key }),
      rejectUnauthorized: false,
    });
    socket.on("error", () => {}).resume();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(await said.promise).toMatchObject({
      level: 40,
      problem: expect.stringMatching(problem),
      from: "127.0.0.1",
      refusedCount: 1,
    });
    const page = () => metrics.registry.metrics();
    await until(async () => {
      return valueIn(await page(), COUNTERS.callersRefused.name, { reason: "certificate" }) === 1;
    });
  });
});
