import type { Server as NetServer, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../clock/clock.ts";
import { systemClock } from "../clock/system-clock.ts";
import { FailedHandshakes } from "./failed-handshakes.ts";

/**
 * Who connects to a port that speaks TLS has said by then who it is, ms. Node's own 2 minutes are enough for strangers
 * without any certificate to hold every connection that a server takes.
 */
export const HANDSHAKE_MS = 10_000;
/** From one address at a time: it takes many addresses to fill a server with silence. */
export const MAX_HANDSHAKES_AN_ADDRESS = 64;

/**
 * Cuts off the oldest connection that has not said who it is when one more comes of an address that has so many. The
 * newest is let in: whoever means to say it does so within milliseconds, and would else wait for those who never do.
 * And an address with many handshakes that came to nothing has no more of them in that second: each costs this side a
 * signature, and the other side nothing.
 */
export function boundHandshakes(
  server: NetServer,
  most: number,
  clock: Pick<Clock, "monotonicMs"> = systemClock,
): void {
  const failures = new FailedHandshakes(clock);
  /** Those who have not said it by address and port, the oldest first. */
  const unknown = new Map<string, Map<number, Socket>>();
  const said = ({ address, port }: Remote) => {
    const ofAddress = unknown.get(address);
    ofAddress?.delete(port);
    if (ofAddress?.size === 0) unknown.delete(address);
  };
  server.on("connection", (socket: Socket) => {
    const remote = remoteOf(socket);
    if (!remote) return;
    if (failures.areTooMany(remote.address)) {
      socket.destroy();
      return;
    }
    const ofAddress = unknown.getOrInsertComputed(remote.address, () => new Map());
    ofAddress.set(remote.port, socket);
    socket.once("close", () => {
      // Its port may be another's by now.
      if (unknown.get(remote.address)?.get(remote.port) !== socket) return;
      said(remote);
      failures.add(remote.address);
    });
    if (ofAddress.size <= most) return;
    const [[port, oldest]] = ofAddress;
    said({ address: remote.address, port });
    failures.add(remote.address);
    oldest.destroy();
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    const remote = remoteOf(socket);
    if (!remote) return;
    said(remote);
    if (!socket.authorized) failures.add(remote.address);
  });
}

interface Remote {
  readonly address: string;
  readonly port: number;
}

/** Undefined: it has gone already. */
function remoteOf({ remoteAddress: address, remotePort: port }: Socket): Remote | undefined {
  return address === undefined || port === undefined ? undefined : { address, port };
}
