import { type ChannelCredentials, Client, credentials as grpc, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../../../tools/certs/authority.ts";
import type { Caller } from "../../../model/callers.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { connect, createClient } from "../client/client.ts";
import { startEcho } from "../testing/echo-server.ts";
import { EchoService } from "../testing/echo-service.ts";
import { PATIENT } from "../testing/patient.ts";
import type { Credentials } from "./credentials.ts";
import { openCredentials } from "./open-credentials.ts";
import type { SvidTexts } from "./svid/svid.ts";
import { TestAuthority, TestCertsFolder } from "./testing/certificates.ts";

const log = createLogger("test", "silent");
const HOUR_MS = 3_600_000;

let authority: TestAuthority;
let folder: TestCertsFolder;
let clock: ManualClock;
let open: AsyncDisposableStack;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  authority = await TestAuthority.create();
  folder = open.use(await TestCertsFolder.create());
  // Certificates know whole seconds.
  clock = new ManualClock(Math.floor(Date.now() / 1_000) * 1_000);
});
afterEach(() => open.disposeAsync());

/** The credentials of a process whose files have just been written. */
async function credentialsOf(service: Caller, texts?: SvidTexts): Promise<Credentials> {
  await folder.write(service, texts ?? (await authority.svid(service)));
  const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
  const metrics = createMetrics(service);
  return openCredentials(open, { service, config, log, metrics, clock });
}

/** post, which gateway calls. */
async function startPost() {
  const [server, client] = [await credentialsOf("post"), await credentialsOf("gateway")];
  return open.use(
    await startEcho(
      {},
      { server: { credentials: server, accessTo }, client: { credentials: client, to: "post" } },
    ),
  );
}

/** How a call by hand ends, of whoever connects so. */
async function codeOf(address: string, credentials: ChannelCredentials, path: string = SAY) {
  const client = new Client(address, credentials, {
    "grpc.ssl_target_name_override": "post.tidings.local",
  });
  const deadline = Date.now() + 20_000;
  const { requestSerialize: pack, responseDeserialize: unpack } = EchoService.say;
  try {
    return await new Promise<{ code: number; details: string }>((resolve) => {
      client.makeUnaryRequest(path, pack, unpack, { text: "hi" }, { deadline }, (error) =>
        resolve(error ?? { code: status.OK, details: "" }),
      );
    });
  } finally {
    client.close();
  }
}

/** The test's own service is in no table. */
const accessTo = () => ({ byItself: ["gateway" as const], forUser: [] });
const SAY = EchoService.say.path;
const trustAll = { checkServerIdentity: () => undefined };
const shown = ({ bundle, key, certificate }: SvidTexts) =>
  grpc.createSsl(Buffer.from(bundle), Buffer.from(key), Buffer.from(certificate), trustAll);

describe("mutual TLS", () => {
  it("carries calls of every kind", async () => {
    const { client } = await startPost();
    expect(await client.say({ text: "a" })).toEqual({ text: "a" });
    expect(await Array.fromAsync(client.repeat({ text: "b" }))).toEqual([{ text: "b" }]);
    const notes = (async function* () {
      yield { text: "c" };
    })();
    expect(await Array.fromAsync(client.chat(notes))).toEqual([{ text: "c" }]);
  });

  it.each<readonly [string, Partial<Order>, string]>([
    [
      "of two URI names",
      { uris: ["spiffe://tidings.local/a", "spiffe://tidings.local/b"] },
      "2 URI",
    ],
    ["with a wildcard for an id", { uris: ["spiffe://tidings.local/*"] }, "wildcard"],
    ["with a wildcard beside its id", { dnsNames: ["*.tidings.local"] }, "wildcard"],
    ["without an id", { uris: [], dnsNames: ["gateway"] }, "no URI name"],
    ["of another trust domain", { uris: ["spiffe://else.where/gateway"] }, "is of else.where"],
  ])("answers UNAUTHENTICATED to a certificate %s, and says why", async (_, order, problem) => {
    const { server, metrics } = await startPost();
    const credentials = shown(await authority.svid("gateway", order));
    const paths = [SAY, "/grpc.health.v1.Health/Check", REFLECTION];
    for (const path of paths) {
      expect(await codeOf(server.address, credentials, path)).toMatchObject({
        code: status.UNAUTHENTICATED,
        details: expect.stringContaining(problem),
      });
    }
    expect(await metrics.registry.metrics()).toMatch(
      /tidings_refused_callers_total\{reason="certificate",service="test"\} 3/,
    );
  });

  it("has no connection for a certificate that has ended, is an authority's own or another's, or is missing", async () => {
    const { server } = await startPost();
    const ended = await authority.svid("gateway", { endsMs: Date.now() - 1_000 });
    const stranger = await (await TestAuthority.create()).svid("gateway");
    const callers = [
      shown(ended),
      shown(await authority.svid("gateway", { isAuthority: true })),
      shown({ ...stranger, bundle: authority.bundle }),
      grpc.createSsl(Buffer.from(authority.bundle), null, null, trustAll),
      grpc.createInsecure(),
    ];
    for (const caller of callers) {
      expect((await codeOf(server.address, caller)).code).toBe(status.UNAVAILABLE);
    }
  });

  it("calls no other service than the one that was meant", async () => {
    const { server } = await startPost();
    const options = { ...PATIENT, credentials: await credentialsOf("gateway") };
    const channel = open.use(connect(server.address, { ...options, to: "friend", retry: "none" }));
    await expect(createClient(EchoService, channel).say({ text: "a" })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining(
        "spiffe://tidings.local/post answers where spiffe://tidings.local/friend was called",
      ),
    });
    expect(() => connect(server.address, options)).toThrow("which service it is for");
  });
});

const REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const LOOK_MS = 5_000;

describe("rotation", () => {
  it("drops no call, and shows the new certificate to new connections", async () => {
    const server = await credentialsOf("post");
    const client = await credentialsOf("gateway");
    const echo = open.use(
      await startEcho(
        {},
        { server: { credentials: server, accessTo }, client: { credentials: client, to: "post" } },
      ),
    );
    const gate = Promise.withResolvers<void>();
    const chat = echo.client
      .chat(
        (async function* () {
          yield { text: "before" };
          await gate.promise;
          yield { text: "after" };
        })(),
      )
      [Symbol.asyncIterator]();
    expect((await chat.next()).value).toEqual({ text: "before" });

    // Another authority: who trusts only the new one can reach only what shows the new certificate.
    const next = await TestAuthority.create();
    const texts = { ...(await next.svid("post")), bundle: authority.bundle + next.bundle };
    const changed = new Promise<void>((resolve) => server.tls?.onChange(() => resolve()));
    await folder.write("post", texts);
    await clock.advance(LOOK_MS);
    await changed;
    const newcomer = shown(await next.svid("gateway"));
    expect((await codeOf(echo.server.address, newcomer)).code).toBe(status.OK);
    gate.resolve();
    expect((await chat.next()).value).toEqual({ text: "after" });
    expect((await chat.next()).done).toBe(true);
    expect(await echo.client.say({ text: "still here" })).toEqual({ text: "still here" });
  });

  it("takes up nothing that is half replaced or wrong, and goes on with what it has", async () => {
    const credentials = await credentialsOf("post");
    const before = credentials.tls?.context.cert;
    const next = await authority.svid("post");
    await folder.write("post", { certificate: next.certificate });
    await clock.advance(LOOK_MS);
    // It has read them all, and waits for its next look.
    while (clock.sleeperCount === 0) await new Promise(setImmediate);
    expect(credentials.tls?.context.cert).toBe(before);
    const changed = new Promise<void>((resolve) => credentials.tls?.onChange(() => resolve()));
    await folder.write("post", { key: next.key });
    await clock.advance(LOOK_MS);
    await changed;
    expect(credentials.tls?.context).toMatchObject({
      cert: expect.stringContaining(next.certificate),
      key: next.key,
    });
  });

  it("says in a metric how many days are left", async () => {
    await folder.write(
      "post",
      await authority.svid("post", { endsMs: clock.nowMs() + 36 * HOUR_MS }),
    );
    const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
    const metrics = createMetrics("post");
    await openCredentials(open, { service: "post", config, log, metrics, clock });
    expect(await metrics.registry.metrics()).toMatch(
      /tidings_certificate_remaining_days\{service="post"\} 1\.5$/m,
    );
  });
});

describe("starting", () => {
  const config = { tls: "0", certsDir: "", plaintext: "on-loopback-only" } as const;
  const start = (over: object) =>
    openCredentials(open, { service: "post", config: { ...config, ...over }, log });

  it.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])(
    "may be in plaintext on %s",
    async (host) => {
      expect((await start({ host })).tls).toBeUndefined();
    },
  );

  it.each(["0.0.0.0", "::", "10.1.2.3", "post.internal", ""])(
    "is refused in plaintext on %s, unless it is told so in words",
    async (host) => {
      await expect(start({ host })).rejects.toThrow(
        "TIDINGS_TLS=1, or say TIDINGS_PLAINTEXT=anyone-may-act-as-anyone",
      );
      const plaintext = "anyone-may-act-as-anyone";
      expect((await start({ host, plaintext })).tls).toBeUndefined();
    },
  );

  it("takes a proxy in front of HTTP for no reason to open the mesh's ports", async () => {
    const over = { host: "0.0.0.0", plaintext: "http-behind-a-proxy" };
    await expect(start(over)).rejects.toThrow("Set TIDINGS_TLS=1");
  });

  it("needs its own certificate", async () => {
    await folder.write("post", await authority.svid("friend"));
    await expect(start({ tls: "1", certsDir: folder.path })).rejects.toThrow("it must be post's");
    await expect(start({ tls: "1", certsDir: "/nowhere" })).rejects.toThrow("npm run certs");
  });
});
