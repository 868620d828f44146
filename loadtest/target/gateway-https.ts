import { readFile } from "node:fs/promises";
import { type ClientRequest, get as getByHttp } from "node:http";
import { get as getByHttps } from "node:https";
import type { Environment } from "../../services/platform/config/variable.ts";
import { type Dial, dialFrom, dialTls, type TlsOptions } from "../drivers/connect-to.ts";

/**
 * What trusts the gateway of the mesh that `env` names: its certificate itself, whoever signed it and for whatever
 * name, for the mesh is asked by its address. Undefined: it speaks HTTP.
 */
export async function gatewayHttps(env: Environment): Promise<TlsOptions | undefined> {
  const { TIDINGS_GATEWAY_TLS_CERT_FILE: file } = env;
  if (!file) return undefined;
  return {
    ca: await readFile(file),
    allowPartialTrustChain: true,
    checkServerIdentity: () => undefined,
  };
}

/** How drivers connect to that gateway, from an address of this machine. */
export async function gatewayDials(env: Environment): Promise<(from: string | undefined) => Dial> {
  const https = await gatewayHttps(env);
  return (from) => {
    const dial = dialFrom(from);
    return https ? dialTls({ ...https, ALPNProtocols: ["http/1.1"] }, dial) : dial;
  };
}

export interface GatewayGet {
  /** As `gatewayHttps` says. */
  readonly https: TlsOptions | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A GET of the gateway at host:port, on a connection of its own, as each app has one. */
export function getFromGateway(
  place: string,
  { https, headers, signal }: GatewayGet,
): ClientRequest {
  const options = { headers, signal, agent: false };
  return https
    ? getByHttps(`https://${place}`, { ...options, ...https })
    : getByHttp(`http://${place}`, options);
}
