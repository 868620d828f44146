import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCredentials } from "../../services/platform/grpc/credentials/open-credentials.ts";
import {
  TestAuthority,
  TestCertsFolder,
} from "../../services/platform/grpc/credentials/testing/certificates.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { startEcho } from "../../services/platform/grpc/testing/echo-server.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { openRushStore } from "../bookstore-rush/store-process.ts";
import { failureText } from "../call/failure.ts";
import { explainFailure } from "./explain-failure.ts";
import { tlsRemedy } from "./speaks-tls.ts";

const log = createLogger("test", "silent");
const SILENCE = new DomainError("UNAVAILABLE", "No connection established");

let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

/** Where a service listens that wants certificates. */
async function secured(): Promise<string> {
  const folder = open.use(await TestCertsFolder.create());
  await folder.write("post", await (await TestAuthority.create()).svid("post"));
  const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
  const credentials = await openCredentials(open, { service: "post", config, log });
  const accessTo = () => ({ byItself: [], forUser: [] });
  const client = { credentials, to: "post" };
  return open.use(await startEcho({}, { server: { credentials, accessTo }, client })).server
    .address;
}

it("what speaks TLS is told from what does not, or is not there", async () => {
  const address = await secured();
  expect(await tlsRemedy([address], {})).toContain(`${address} speaks TLS`);
  expect(await tlsRemedy([address], { TIDINGS_TLS: "1" })).toBeUndefined();
  const plain = open.use(await startEcho({})).server.address;
  const mute = createServer((socket) => socket.end());
  open.defer(() => void mute.close());
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as AddressInfo;
  expect(await tlsRemedy([plain, `127.0.0.1:${port}`, "127.0.0.1:1", "?"], {})).toBeUndefined();
});

it("what speaks plaintext is told from what does not, by who speaks TLS", async () => {
  const env = { TIDINGS_TLS: "1" };
  const plain = open.use(await startEcho({})).server.address;
  expect(await tlsRemedy([plain], env)).toContain(`${plain} speaks plaintext`);
  expect(await tlsRemedy([plain], env)).toContain("leave TIDINGS_TLS=1 out");
  const mute = createServer((socket) => socket.end());
  open.defer(() => void mute.close());
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as AddressInfo;
  const others = [await secured(), `127.0.0.1:${port}`, "127.0.0.1:1", "?"];
  expect(await tlsRemedy(others, env)).toBeUndefined();
});

it("tools that talk plaintext to it name TIDINGS_TLS=1", async () => {
  const address = await secured();
  expect(await failureText(SILENCE, "growth", address)).toContain("set TIDINGS_TLS=1");
  expect(await explainFailure(SILENCE, "growth", address)).toContain("set TIDINGS_TLS=1");
  const store = openRushStore({ address, callsAtOnce: 1, log });
  await expect(store).rejects.toThrow("set TIDINGS_TLS=1");
});

it("where nobody listens, they ask whether the mesh runs", async () => {
  expect(await failureText(SILENCE, "post", "127.0.0.1:1")).toBe(
    "UNAVAILABLE: the post service does not answer at 127.0.0.1:1: is the mesh running (npm start), " +
      "and does TIDINGS_PORT_BASE say where?",
  );
  expect(await failureText(SILENCE, "growth", "127.0.0.1:1")).toContain(
    "npm start -- --with growth",
  );
  expect(await explainFailure(SILENCE, "growth", "127.0.0.1:1")).toContain("is the mesh running");
});

it("a machine that nobody knows is named", async () => {
  const error = new DomainError("UNAVAILABLE", "Name resolution failed for target dns:no.where:5");
  expect(await explainFailure(error, "post", "no.where:5")).toBe(
    "the post service does not answer at no.where:5: there is no machine of that name",
  );
});
