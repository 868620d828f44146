import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { holderOf, listenAt, PortInUseError } from "./port-in-use.ts";

const HOST = "127.0.0.1";

let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

async function listening(port = 0): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => {}));
  server.listen(port, HOST);
  await once(server, "listening");
  open.defer(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A connection, and the port that the system gave it. */
async function connected(): Promise<{ readonly socket: Socket; readonly port: number }> {
  const socket = connect(await listening(), HOST);
  await once(socket, "connect");
  open.defer(() => void socket.destroy());
  return { socket, port: (socket.address() as AddressInfo).port };
}

/** Listens; each look that finds the port held is one of the clock's sleeps. */
function waiting(port: number) {
  const clock = new ManualClock();
  const looked = async () => {
    while (clock.sleeperCount === 0) await new Promise(setImmediate);
  };
  return {
    clock,
    looked,
    listens: listenAt({ host: HOST, port }, () => listening(port), { clock }),
  };
}

it("a port is held by nobody, by who listens, or by a connection", async () => {
  const port = await listening();
  expect(await holderOf({ host: HOST, port })).toBe("a listener");
  const held = await connected();
  expect(await holderOf({ host: HOST, port: held.port })).toBe("a connection");
  const ended = once(held.socket, "close");
  // Reset: one that is closed holds its port for another minute.
  held.socket.resetAndDestroy();
  await ended;
  expect(await holderOf({ host: HOST, port: held.port })).toBe("nobody");
});

it("who listens waits for a connection that holds the port", async () => {
  const { socket, port } = await connected();
  const { clock, looked, listens } = waiting(port);
  await looked();
  const ended = once(socket, "close");
  socket.resetAndDestroy();
  await ended;
  let isListening = false;
  void listens.then(() => {
    isListening = true;
  });
  // Another program may have been given the port meanwhile, for a connection of its own.
  while (!isListening) {
    await new Promise(setImmediate);
    if (clock.sleeperCount > 0) await clock.advance(500);
  }
  expect(await listens).toBe(port);
});

it("and is told what to do when it never lets go", async () => {
  const { port } = await connected();
  const { clock, looked, listens } = waiting(port);
  const refused = expect(listens).rejects.toThrow(
    /held by a connection .* nobody listens there: .*ip_local_port_range.*TIDINGS_PORT_BASE/,
  );
  await looked();
  for (let ms = 0; ms < 70_000; ms += 500) {
    await looked();
    await clock.advance(500);
  }
  await refused;
});

it("nobody waits for who listens", async () => {
  const port = await listening();
  await expect(waiting(port).listens).rejects.toThrow(PortInUseError);
});
