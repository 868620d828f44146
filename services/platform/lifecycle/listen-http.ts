import type { AddressInfo } from "node:net";
import { Server as TlsServer } from "node:tls";
import { type PlaintextWord, refusePlaintext } from "../grpc/credentials/plaintext.ts";
import { listenAt, type Place } from "./port-in-use.ts";
import type { Front } from "./serve.ts";

/** What of an HTTP framework's app is needed: Fastify's is one. */
interface HttpApp {
  readonly server: { address(): AddressInfo | string | null };
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<unknown>;
}

interface HttpPlace extends Place {
  readonly plaintext: PlaintextWord;
}

/**
 * Has the app listen. Throws ConfigError when it would speak plain HTTP where other machines reach it, Error
 * when the port is another's.
 */
export async function listenHttp(
  app: HttpApp,
  { host, port, plaintext }: HttpPlace,
): Promise<Front> {
  if (!(app.server instanceof TlsServer)) refusePlaintext("http", { host, plaintext });
  await listenAt({ host, port }, () => app.listen({ host, port }));
  const bound = (app.server.address() as AddressInfo).port;
  return {
    address: `${host}:${bound}`,
    port: bound,
    [Symbol.asyncDispose]: async () => void (await app.close()),
  };
}
