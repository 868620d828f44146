import { connect, type Socket } from "node:net";
import { type ConnectionOptions, TLSSocket, connect as tlsConnect } from "node:tls";

/** Opens a socket to host:port that sends each write at once; the signal destroys it. */
export type Dial = (address: string, signal: AbortSignal | undefined) => Socket;

export const dialPlain: Dial = dialFrom(undefined);

/** From an address of this machine; undefined: whichever the system takes. */
export function dialFrom(localAddress: string | undefined): Dial {
  return (address, signal) =>
    connect({
      ...hostAndPort(address),
      noDelay: true,
      ...(localAddress !== undefined && { localAddress }),
      ...(signal ? { signal } : {}),
    });
}

/** What TLS needs beyond an address; `ALPNProtocols` by the protocol that is spoken over it. */
export type TlsOptions = Pick<
  ConnectionOptions,
  | "ca"
  | "cert"
  | "key"
  | "servername"
  | "rejectUnauthorized"
  | "checkServerIdentity"
  | "allowPartialTrustChain"
  | "ALPNProtocols"
>;

/** The same over TLS. */
export function dialTls(options: TlsOptions, dial = dialPlain): Dial {
  return (address, signal) => {
    const { host, port } = hostAndPort(address);
    const socket = dial(address, signal);
    const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    return tlsConnect({ ...named, ...options, socket, host, port });
  };
}

/** When bytes can be written: over TLS after its handshake. */
export function onceConnected(socket: Socket, connected: () => void): void {
  socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", connected);
}

/** An IPv6 address is in brackets. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(":");
  return {
    host: address.slice(0, at).replace(/^\[(.*)\]$/, "$1"),
    port: Number(address.slice(at + 1)),
  };
}
