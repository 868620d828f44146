import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRawConnection, rawMethod } from "../../loadtest/drivers/http2/connection.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { median } from "../../loadtest/measure/median.ts";
import { dialBy, loadCredentials } from "../../loadtest/target/load-credentials.ts";
import { present } from "../../services/model/invariant.ts";
import { makeCertificates, TRUST_DOMAIN } from "../../tools/certs/certificates.ts";
import { runClosedLoop } from "../support/closed-loop.ts";
import type { Benchmark, Row } from "../support/table.ts";

const PATH = "/tidings.test.v1.EchoService/Say";
const LOOP = { connections: 2, inFlight: 100, warmUpMs: 1_000, measureMs: 2_000 };
const ROUNDS = 3;
const HANDSHAKES = 200;
/** Of the text: an append, and a page of posts. */
const SIZES = [20, 4_000];

/** What mutual TLS costs a server: a call, and a connection. */
export const tls: Benchmark = {
  name: "tls",
  about:
    "a server's CPU for a bare call over mutual TLS against the same in plaintext; and a handshake",
  async run() {
    await using parts = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "tidings-tls-"));
    parts.defer(() => rm(folder, { recursive: true }));
    const made = { folder, trustDomain: TRUST_DOMAIN, lifeMs: 3_600_000 };
    await makeCertificates({ ...made, nowMs: Date.now() });
    const credentials = await loadCredentials({ TIDINGS_TLS: "1", TIDINGS_CERTS_DIR: folder });
    const plain = parts.use(await startServer());
    const secure = { ...parts.use(await startServer(folder)), dial: dialBy(credentials) };
    const rows: Row[] = [];
    for (const bytes of SIZES) rows.push(await callRow({ plain, secure }, bytes));
    rows.push(await handshakeRow({ plain, secure }));
    return rows;
  },
};

type Server = Awaited<ReturnType<typeof startServer>>;
type Servers = {
  readonly plain: Server;
  readonly secure: Server & { readonly dial: ReturnType<typeof dialBy> };
};

async function startServer(certsDir?: string) {
  const given = certsDir === undefined ? [] : [certsDir];
  const child = fork(join(import.meta.dirname, "tls-server.ts"), given);
  const [{ port }] = await once(child, "message");
  return {
    address: `127.0.0.1:${port}`,
    pid: present(child.pid),
    [Symbol.dispose]: () => child.disconnect(),
  };
}

async function callRow({ plain, secure }: Servers, bytes: number): Promise<Row> {
  const note = Buffer.from(JSON.stringify({ text: "x".repeat(bytes) }));
  const costs: (readonly [number, number])[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [open, sealed] = [
      await runClosedLoop({ ...LOOP, ...plain, ...echo("http"), message: () => note }),
      await runClosedLoop({ ...LOOP, ...secure, ...echo("https"), message: () => note }),
    ];
    if (open.failed + sealed.failed > 0) throw new Error("calls failed");
    costs.push([open.cpuMicrosPerCall, sealed.cpuMicrosPerCall]);
  }
  const [before, after] = [0, 1].map((i) => median(costs.map((pair) => pair[i])));
  const ratio = median(costs.map(([open, sealed]) => sealed / open));
  return {
    what: `a bare call of ${bytes} bytes and back, over mutual TLS`,
    measured: `${after.toFixed(0)} us CPU of the server; in plaintext ${before.toFixed(0)} us`,
    ratio: `${ratio.toFixed(2)}x`,
    aim: "at most 1.5x",
  };
}

function echo(scheme: "http" | "https") {
  return { method: (to: string) => rawMethod(to, PATH, { scheme }) };
}

async function handshakeRow({ plain, secure }: Servers): Promise<Row> {
  const [open, sealed] = [await connectionCost(plain), await connectionCost(secure)];
  return {
    what: "a new connection with both certificates looked at",
    measured: `${sealed.toFixed(2)} ms CPU of the server; in plaintext ${open.toFixed(2)} ms`,
    ratio: `${(sealed / open).toFixed(1)}x`,
    aim: "",
  };
}

/** Of the server, ms. */
async function connectionCost(server: Server & Partial<Servers["secure"]>): Promise<number> {
  const before = cpuSeconds(server.pid);
  for (let i = 0; i < HANDSHAKES; i++) {
    (await openRawConnection(server.address, {}, undefined, server.dial)).close();
  }
  return ((cpuSeconds(server.pid) - before) * 1_000) / HANDSHAKES;
}
