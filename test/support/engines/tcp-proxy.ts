import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes TCP connections on to a port of this machine until it is cut: the end of a process, seen from outside. */
export interface TcpProxy {
  /** "host:port". */
  readonly address: string;
  /** Breaks every connection; new ones are taken. */
  breakConnections(): void;
  /** Passes nothing on any more, and keeps the connections: a peer that does not read. */
  stall(): void;
  /** Breaks every connection, and refuses new ones. */
  cut(): void;
}

export async function startTcpProxy(targetPort: () => number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(targetPort(), "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      track(from);
      from.pipe(to);
      from.on("close", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const breakConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    breakConnections,
    stall: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      server.close();
      breakConnections();
    },
  };
}
