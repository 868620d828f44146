import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** host:port of a server that passes connections on, until it is disposed of. */
export interface FirstAlive extends Disposable {
  readonly address: string;
}

/** What a balancer is for: each connection goes to the first of these ports that takes it. */
export async function startFirstAlive(ports: readonly number[]): Promise<FirstAlive> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    near.on("error", () => {});
    void firstOf(ports).then((far) => {
      if (!far || near.destroyed) {
        near.destroy();
        far?.destroy();
        return;
      }
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        sockets.add(from);
        from.on("error", () => {});
        from.on("close", () => {
          sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function firstOf(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (isOpen) return socket;
    socket.destroy();
  }
  return undefined;
}
