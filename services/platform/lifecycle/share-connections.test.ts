import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { shareConnections } from "./share-connections.ts";

/** A server of so many connections, and connections to it from addresses of this machine. */
async function start(maxConnections: number) {
  const server = createServer();
  shareConnections(server, maxConnections);
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  const served: Socket[] = [];
  server.on("connection", (socket) => served.push(socket));
  return {
    served,
    open: async (localAddress: string) => {
      const taken = once(server, "connection");
      const socket = connect({ port, host: "127.0.0.1", localAddress });
      sockets.push(socket);
      await taken;
      return socket.on("error", () => {}).resume();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("connections that are all taken", () => {
  it("make room for another address, by the oldest of the one that has most", async () => {
    await using server = await start(3);
    const [oldest, second, third] = [
      await server.open("127.0.0.1"),
      await server.open("127.0.0.1"),
      await server.open("127.0.0.1"),
    ];
    const other = await server.open("127.0.0.2");
    await once(oldest, "close");
    expect([second, third, other].map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
    expect(server.served.map(({ destroyed }) => destroyed)).toEqual([true, false, false, false]);
  });

  it("are no more for who has most of them, or as many", async () => {
    await using server = await start(3);
    const open = [
      await server.open("127.0.0.1"),
      await server.open("127.0.0.1"),
      await server.open("127.0.0.2"),
    ];
    await once(await server.open("127.0.0.1"), "close");
    await once(await server.open("127.0.0.2"), "close");
    expect(open.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  });

  it("are free again when one closes", async () => {
    await using server = await start(1);
    const first = await server.open("127.0.0.1");
    const closed = once(server.served[0], "close");
    first.destroy();
    await closed;
    await server.open("127.0.0.2");
    expect(server.served[1]?.destroyed).toBe(false);
  });
});

it("says in the log whom it refuses, and the limit", async () => {
  const said = Promise.withResolvers<unknown>();
  const log = pino({}, { write: (line: string) => said.resolve(JSON.parse(line)) });
  const server = createServer();
  shareConnections(server, 1, log);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const socket: Socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return socket.resume();
  };
  const first = await open();
  await once(await open(), "close");
  expect(await said.promise).toMatchObject({
    level: 40,
    maxConnections: 1,
    refusedCount: 1,
    from: "127.0.0.1",
  });
  first.destroy();
  server.close();
});
