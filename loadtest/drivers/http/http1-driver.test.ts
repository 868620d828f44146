import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { newCall } from "../ceiling.ts";
import { openHttp1Driver } from "./http1-driver.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that answers when so many wait, and calls that are made at once. */
async function waitingTogether(count: number, mostConnections?: number) {
  const waiting: ServerResponse[] = [];
  const server = createServer((_, response) => {
    waiting.push(response);
    if (waiting.length === count) for (const one of waiting) one.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const target = { addresses: [`127.0.0.1:${port}`] };
  const driver = await openHttp1Driver([target], { connections: 2, mostConnections });
  closing.push(() => driver.close());
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) {
    const call = { ...newCall(new Uint8Array()), parts: { method: "GET", path: "/" } };
    driver.send(call, (status) => statuses.push(status));
  }
  return { waiting, statuses };
}

it("opens a connection more when a call waits for one, and no more than it may", async () => {
  const slow = await waitingTogether(50, 60);
  await until(() => slow.statuses.length === 50);
  expect(slow.statuses.every((status) => status === 0)).toBe(true);
  const bounded = await waitingTogether(50, 5);
  await until(() => bounded.waiting.length === 5);
  const exact = await waitingTogether(50);
  await until(() => exact.waiting.length === 2);
});

/** What a connection's calls come to, one after the other, each after the server has seen its socket close. */
async function oneByOne(
  calls: number,
  answer: (socket: Socket) => void,
  onceTaken: (socket: Socket) => void = () => {},
): Promise<number[]> {
  const sockets: Socket[] = [];
  let closed = 0;
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("close", () => closed++);
    socket.on("data", () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const driver = await openHttp1Driver([{ addresses: [`127.0.0.1:${port}`] }], { connections: 1 });
  closing.push(() => driver.close());
  const statuses: number[] = [];
  for (let i = 0; i < calls; i++) {
    const call = { ...newCall(new Uint8Array()), parts: { method: "GET", path: "/" } };
    statuses.push(await new Promise<number>((resolve) => driver.send(call, resolve)));
    if (statuses[i] !== 0) break;
    onceTaken(sockets[i]);
    await until(() => closed === i + 1);
  }
  return statuses;
}

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

it("a server that closes after each answer, and does not say so, refuses nothing", async () => {
  expect(await oneByOne(5, (socket) => socket.end(ANSWER))).toEqual([0, 0, 0, 0, 0]);
});

it("what nobody asked for is not taken for the next answer: its connection is not used again", async () => {
  const answer = (socket: Socket) => socket.write(ANSWER);
  expect(await oneByOne(3, answer, (socket) => socket.write("more"))).toEqual([0, 0, 0]);
});

it("each of several servers is called by its own name, unless another is given", async () => {
  const asked: string[] = [];
  const listening = async () => {
    const server = createServer(({ headers, socket }, response) => {
      asked.push(headers.host === `127.0.0.1:${socket.localPort}` ? "itself" : `${headers.host}`);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const addresses = [await listening(), await listening()];
  const askBoth = async (headers: Readonly<Record<string, string>>) => {
    const driver = await openHttp1Driver([{ addresses, headers }], { connections: 1 });
    closing.push(() => driver.close());
    for (const address of addresses.keys()) {
      const call = { ...newCall(new Uint8Array()), address, parts: {} };
      await new Promise((resolve) => driver.send(call, resolve));
    }
  };
  await askBoth({});
  await askBoth({ host: "shop.example" });
  expect(asked).toEqual(["itself", "itself", "shop.example", "shop.example"]);
});
