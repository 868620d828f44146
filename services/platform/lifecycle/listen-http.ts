import type { AddressInfo } from "node:net";
import { portInUse } from "./port-in-use.ts";
import type { Front } from "./serve.ts";

/** What of an HTTP framework's app is needed: Fastify's is one. */
interface HttpApp {
  readonly server: { address(): AddressInfo | string | null };
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<unknown>;
}

/** Has the app listen; port 0 takes any free one. Throws Error when the port is another's. */
export async function listenHttp(
  app: HttpApp,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Front> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    throw isTaken ? portInUse(host, port, error) : error;
  }
  const bound = (app.server.address() as AddressInfo).port;
  return {
    address: `${host}:${bound}`,
    port: bound,
    [Symbol.asyncDispose]: async () => void (await app.close()),
  };
}
