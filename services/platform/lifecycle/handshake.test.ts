import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { MAX_FAILED_HANDSHAKES } from "./failed-handshakes.ts";
import { boundHandshakes } from "./handshake.ts";

/** A port whose handshakes are what a test says. */
async function start() {
  const clock = new ManualClock();
  const server = createServer();
  boundHandshakes(server, 64, clock);
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  /** The connection as the server has it. */
  const open = async (localAddress = "127.0.0.1"): Promise<Socket> => {
    const connected = once(server, "connection");
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    sockets.push(socket.on("error", () => {}));
    const [served] = await connected;
    return served;
  };
  /** What TLS tells when a handshake is over. */
  const shake = ({ remoteAddress, remotePort }: Socket, authorized: boolean) =>
    server.emit("secureConnection", { remoteAddress, remotePort, authorized });
  const close = async (served: Socket) => {
    served.destroy();
    await once(served, "close");
  };
  return {
    ...{ clock, open, shake, close },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

it("an address whose handshakes come to nothing has so many a second, and others have theirs", async () => {
  await using server = await start();
  for (let failed = 0; failed < MAX_FAILED_HANDSHAKES; failed++) {
    const served = await server.open();
    expect(served.destroyed).toBe(false);
    // By half: one closes in the middle of it, one shows no certificate.
    if (failed % 2 === 0) server.shake(served, false);
    await server.close(served);
  }
  expect((await server.open()).destroyed).toBe(true);
  expect((await server.open("127.0.0.2")).destroyed).toBe(false);
  await server.clock.advance(1_000);
  expect((await server.open()).destroyed).toBe(false);
});

it("who has said who they are may come as often as they like", async () => {
  await using server = await start();
  for (let come = 0; come <= MAX_FAILED_HANDSHAKES; come++) {
    const served = await server.open();
    expect(served.destroyed).toBe(false);
    server.shake(served, true);
    await server.close(served);
  }
});
