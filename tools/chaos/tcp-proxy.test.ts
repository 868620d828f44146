import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

let server: Server;
let served: Socket[];
let proxy: TcpProxy;
beforeEach(async () => {
  served = [];
  server = createServer((socket) => {
    served.push(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await startTcpProxy(() => (server.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const socket of served) socket.destroy();
  server.close();
});

async function open(): Promise<Socket> {
  const [host, port] = proxy.address.split(":");
  const socket = connect(Number(port), host);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** What comes back of what is said; resolves with all that came until then. */
function answered(socket: Socket, length: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes;
    if (text.length >= length) resolve(text);
  });
  return promise;
}

/** `once` would reject with the error that comes before. */
function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

async function echo(socket: Socket, text: string): Promise<string> {
  const answer = answered(socket, text.length);
  socket.write(text);
  return answer;
}

describe("a proxy", () => {
  it("passes bytes on, in order, also late", async () => {
    const socket = await open();
    expect(await echo(socket, "one")).toBe("one");
    proxy.setFault({ kind: "latency", ms: 5 });
    const answer = answered(socket, 40);
    for (let i = 10; i < 30; i++) socket.write(String(i));
    expect(await answer).toBe(Array.from({ length: 20 }, (_, i) => i + 10).join(""));
    socket.destroy();
  });

  it.each(["blackhole", "one-way"] as const)(
    "that is a %s gives what was sent when it ends",
    async (kind) => {
      const socket = await open();
      await echo(socket, "before");
      proxy.setFault({ kind });
      let came = 0;
      socket.on("data", () => came++);
      socket.write("during");
      // A connection of its own goes all the way, so that what was sent has had its time.
      await echoedPast(kind);
      expect(came).toBe(0);
      const answer = answered(socket, "during".length);
      proxy.setFault(undefined);
      expect(await answer).toBe("during");
      socket.destroy();
    },
  );

  it("resets what there is, and what comes", async () => {
    const socket = await open();
    const closed = closedOf(socket);
    proxy.setFault({ kind: "reset" });
    await closed;
    const [host, port] = proxy.address.split(":");
    const next = connect(Number(port), host);
    next.on("error", () => {});
    await closedOf(next);
  });

  it("that is half-open keeps the near end, where nothing answers, and takes new connections", async () => {
    const socket = await open();
    await echo(socket, "before");
    const farGone = once(served[0], "close");
    proxy.setFault({ kind: "half-open" });
    await farGone;
    socket.write("into nothing");
    const next = await open();
    expect(await echo(next, "works")).toBe("works");
    expect(socket.destroyed).toBe(false);
    socket.destroy();
    next.destroy();
  });
});

async function echoedPast(kind: "blackhole" | "one-way"): Promise<void> {
  const other = await startTcpProxy(() => (server.address() as AddressInfo).port);
  const [host, port] = other.address.split(":");
  const socket = connect(Number(port), host);
  expect(await echo(socket, kind)).toBe(kind);
  socket.destroy();
  await other[Symbol.asyncDispose]();
}
