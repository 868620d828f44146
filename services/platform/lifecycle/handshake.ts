import type { Server as NetServer, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/**
 * Who connects to a port that speaks TLS has said by then who it is, ms. Node's own 2 minutes are enough for strangers
 * without any certificate to hold every connection that a server takes.
 */
export const HANDSHAKE_MS = 10_000;
/** From one address at a time; more are cut off, so that it takes many addresses to fill a server with silence. */
export const MAX_HANDSHAKES_AN_ADDRESS = 64;

/** Cuts off connections of an address that has so many which have not said who they are. */
export function boundHandshakes(server: NetServer, most: number): void {
  const open = new Map<string, number>();
  /** Those that count, by their ports. */
  const unknown = new Map<string, string>();
  const said = (port: string) => {
    const address = unknown.get(port);
    if (address === undefined) return;
    unknown.delete(port);
    const left = (open.get(address) ?? 0) - 1;
    if (left > 0) open.set(address, left);
    else open.delete(address);
  };
  server.on("connection", (socket: Socket) => {
    const { remoteAddress: address } = socket;
    if (address === undefined) return;
    const count = open.get(address) ?? 0;
    if (count >= most) return void socket.destroy();
    const port = portOf(socket);
    open.set(address, count + 1);
    unknown.set(port, address);
    socket.once("close", () => said(port));
  });
  server.on("secureConnection", (socket: TLSSocket) => said(portOf(socket)));
}

function portOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
