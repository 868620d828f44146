import { create, toBinary } from "@bufbuild/protobuf";
import { Client, Metadata, type MetadataValue, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificates } from "../../../../../tools/certs/certificates.ts";
import { ACCESS } from "../../../../model/access.ts";
import { CALLERS, type Caller } from "../../../../model/callers.ts";
import { createLogger } from "../../../telemetry/logger.ts";
import { createMetrics } from "../../../telemetry/metrics.ts";
import { type GrpcServer, startGrpcServer } from "../../server/server.ts";
import type { Credentials } from "../credentials.ts";
import { openCredentials } from "../open-credentials.ts";
import { allServices, METHODS } from "../testing/all-services.ts";
import { TestCertsFolder, TRUST_DOMAIN } from "../testing/certificates.ts";
import { FORGED, type GatewaysKeys, gatewaysKeys } from "../testing/forged-user-tokens.ts";
import { USER_TOKEN_KEY } from "../users/user-tokens.ts";

const log = createLogger("test", "silent");
const metrics = createMetrics("test");
const open = new AsyncDisposableStack();
const clients = new Map<Caller, Client>();
const [USER, OTHER] = [7n, 8n];

let gateway: Credentials;
let keys: GatewaysKeys;
let server: GrpcServer;
beforeAll(async () => {
  const folder = open.use(await TestCertsFolder.create());
  const nowMs = Date.now();
  const lifeMs = 3_600_000;
  await makeCertificates({ folder: folder.path, trustDomain: TRUST_DOMAIN, lifeMs, nowMs });
  const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
  const credentialsOf = (service: Caller) => openCredentials(open, { service, config, log });
  gateway = await credentialsOf("gateway");
  keys = await gatewaysKeys(folder.path);
  const limits = { defaultDeadlineMs: 60_000, drainMs: 1_000 };
  const place = { host: "127.0.0.1", port: 0 };
  const credentials = await credentialsOf("post");
  server = await startGrpcServer({ ...place, ...limits, log, metrics, credentials }, allServices());
  open.use(server);
  for (const caller of CALLERS) {
    const { channel, options } = (await credentialsOf(caller)).toward("post");
    const client = new Client(server.address, channel, options);
    open.defer(() => client.close());
    clients.set(caller, client);
  }
});
afterAll(() => open.disposeAsync());

const asIs = (bytes: Buffer) => bytes;

/** One request by bytes; on the wire every call is a stream. */
function call(caller: Caller, path: string, bytes: Uint8Array, token?: MetadataValue) {
  const client = clients.get(caller);
  if (!client) throw new Error(`no client of ${caller}`);
  const metadata = new Metadata();
  if (token !== undefined) metadata.set(USER_TOKEN_KEY, token);
  const deadline = Date.now() + 60_000;
  const stream = client.makeBidiStreamRequest(path, asIs, asIs, metadata, { deadline });
  return new Promise<{ code: number; details: string }>((resolve) => {
    stream.on("data", () => {
      // Health watches for ever, reflection has nothing to say to an empty question.
      if (path.endsWith("/Watch")) stream.cancel();
    });
    stream.on("error", () => {});
    stream.on("status", resolve);
    stream.write(Buffer.from(bytes));
    stream.end();
  });
}

/** A request whose user field names `user`. */
function requestFor(path: string, userField: string | undefined, user: bigint): Uint8Array {
  const method = METHODS.get(path);
  if (!method) return new Uint8Array();
  const field = method.input.fields.find(({ name }) => name === userField);
  return toBinary(method.input, create(method.input, field ? { [field.localName]: user } : {}));
}

const REFUSALS: readonly number[] = [status.PERMISSION_DENIED, status.UNAUTHENTICATED];
const rows = Object.entries(ACCESS).flatMap(([service, rpcs]) =>
  Object.entries(rpcs).map(([rpc, access]) => ({ path: `/${service}/${rpc}`, access })),
);

describe.each(rows)("$path", ({ path, access }) => {
  const { byItself, forUser, userField } = access;
  const own = requestFor(path, userField, USER);
  const itself = new Set<Caller>([...byItself, "operator"]);
  const users = forUser.filter((caller) => !itself.has(caller));
  const refused = CALLERS.filter((caller) => !itself.has(caller) && !users.includes(caller));

  it(`lets in ${[...itself].join(", ")}`, async () => {
    for (const caller of itself) {
      expect(REFUSALS, caller).not.toContain((await call(caller, path, own)).code);
    }
  });

  it("refuses all others, whatever token they show", async () => {
    const token = gateway.userToken(USER);
    for (const caller of refused) {
      for (const shown of [undefined, token]) {
        expect(await call(caller, path, own, shown)).toMatchObject({
          code: status.PERMISSION_DENIED,
          details: `${caller} may not call ${path}`,
        });
      }
    }
  });

  if (users.length === 0) return;
  it(`lets in ${users.join(", ")} for the user of a token`, async () => {
    for (const caller of users) {
      const code = async (token?: string) => (await call(caller, path, own, token)).code;
      expect(REFUSALS).not.toContain(await code(gateway.userToken(USER)));
      expect(await code()).toBe(status.UNAUTHENTICATED);
      for (const [what, forge] of Object.entries(FORGED)) {
        const forged = forge(keys, USER);
        expect(await code(forged), `${what}: ${path}`).toBe(status.UNAUTHENTICATED);
      }
      if (userField === undefined) continue;
      expect(await code(gateway.userToken(OTHER))).toBe(status.PERMISSION_DENIED);
      const nobody = requestFor(path, undefined, USER);
      const named = await call(caller, path, nobody, gateway.userToken(USER));
      expect(named.code).toBe(status.PERMISSION_DENIED);
    }
  });
});

it("refuses everybody what no server has, as it would what is not in the table", async () => {
  const paths = ["/tidings.post.v1.PostService/Nothing", "/no.Service/Method"];
  for (const path of paths) {
    const { code } = await call("operator", path, new Uint8Array());
    expect([status.PERMISSION_DENIED, status.UNIMPLEMENTED]).toContain(code);
  }
});

it("only the gateway can speak for users", async () => {
  expect(gateway.userToken(USER)).toBeDefined();
  expect(await metrics.registry.metrics()).toMatch(
    /tidings_refused_callers_total\{reason="user",service="test"\} [1-9]/,
  );
});
