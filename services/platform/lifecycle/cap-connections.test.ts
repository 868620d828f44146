import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pino } from "pino";
import { expect, it } from "vitest";
import { capConnections } from "./cap-connections.ts";

it("says in the log whom it refuses, and the limit", async () => {
  const said = Promise.withResolvers<unknown>();
  const log = pino({}, { write: (line: string) => said.resolve(JSON.parse(line)) });
  const server = createServer();
  capConnections(server, 1, log);
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
