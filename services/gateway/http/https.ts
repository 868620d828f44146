import { readFile } from "node:fs/promises";
import type { RequestListener, Server, ServerOptions } from "node:http";
import { createServer } from "node:https";
import { createSecureContext } from "node:tls";
import type { Clock } from "../../platform/clock/clock.ts";
import { HANDSHAKE_MS } from "../../platform/lifecycle/handshake.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";

export interface HttpsFiles {
  /** PEM: the certificate, and those between it and its authority. */
  readonly certFile: string;
  readonly keyFile: string;
}

export interface HttpsDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Makes the server of an app in place of Fastify's own. */
export type ServerFactory = (listener: RequestListener, options: ServerOptions) => Server;

interface Pair {
  readonly cert: string;
  readonly key: string;
}

const LEAST_VERSION = "TLSv1.2";
/** Between two looks at the files, ms: whoever renews them (certbot, cert-manager) tells nobody. */
const LOOK_EVERY_MS = 5_000;

/**
 * HTTPS with a certificate from files, for browsers and apps, which show tokens and no certificates of their own.
 * Files that change are taken up for new connections, once they fit together. Throws when they don't at the start.
 */
export async function openHttps(
  parts: DisposableStack | AsyncDisposableStack,
  files: HttpsFiles,
  deps: HttpsDeps,
): Promise<ServerFactory> {
  if (files.certFile === "" || files.keyFile === "") {
    throw new Error(
      "TIDINGS_GATEWAY_TLS_CERT_FILE and TIDINGS_GATEWAY_TLS_KEY_FILE belong together: set both, or none",
    );
  }
  let current = await readPair(files);
  const servers = new Set<ReturnType<typeof createServer>>();
  const closing = new AbortController();
  parts.defer(() => closing.abort());
  const look = async () => {
    const next = await readPair(files).catch((err: unknown) => {
      deps.log.warn({ err, ...files }, "the certificate's files can't be taken up");
      return current;
    });
    if (next.cert === current.cert && next.key === current.key) return;
    current = next;
    for (const server of servers) server.setSecureContext(contextOf(next));
    deps.log.info(files, "a new certificate is shown from now on");
  };
  void lookAgain(look, closing.signal, deps.clock);
  return (listener, options) => {
    const shown = { ...contextOf(current), handshakeTimeout: HANDSHAKE_MS };
    const server = createServer({ ...options, ...shown }, listener);
    servers.add(server);
    return server;
  };
}

async function lookAgain(look: () => Promise<void>, signal: AbortSignal, clock: Clock) {
  while (!signal.aborted) {
    await clock.delay(LOOK_EVERY_MS, signal).catch(() => {});
    if (!signal.aborted) await look();
  }
}

function contextOf({ cert, key }: Pair) {
  return { cert, key, minVersion: LEAST_VERSION } as const;
}

/** Throws when one can't be read, or they don't fit together. */
async function readPair({ certFile, keyFile }: HttpsFiles): Promise<Pair> {
  const [cert, key] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const problem = `${certFile} and ${keyFile} are no certificate with its key, in PEM`;
    throw new Error(problem, { cause });
  }
  return { cert, key };
}
