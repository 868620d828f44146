import { connect, type Socket } from "node:net";

/** A socket to host:port that sends each write at once; the signal destroys it. */
export function connectTo(address: string, signal: AbortSignal | undefined): Socket {
  const at = address.lastIndexOf(":");
  return connect({
    host: address.slice(0, at).replace(/^\[(.*)\]$/, "$1"), // an IPv6 address is in brackets
    port: Number(address.slice(at + 1)),
    noDelay: true,
    ...(signal ? { signal } : {}),
  });
}
