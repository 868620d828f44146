import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { newCall } from "../../drivers/ceiling.ts";
import { openHttp1Driver } from "../../drivers/http/http1-driver.ts";
import { AbsentAddresses } from "./absences.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it("says which addresses have no connection, though others have their calls", async () => {
  const servers = await Promise.all(
    [1, 2].map(async () => {
      const server = createServer((_, response) => response.end());
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const [one, other] = servers.map(
    (server) => `127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  const driver = await openHttp1Driver([{ addresses: [one, other] }], { connections: 2 });
  closing.push(
    () => driver.close(),
    () => servers[0].close(),
  );
  expect(driver.away?.()).toEqual([]);
  const absent = new AbsentAddresses(driver);
  servers[1].close();
  servers[1].closeAllConnections();
  await until(() => driver.away?.().includes(other) ?? false);
  const call = { ...newCall(new Uint8Array()), parts: { method: "GET", path: "/" } };
  const status = await new Promise<number>((resolve) => driver.send(call, resolve));
  absent.look();
  absent[Symbol.dispose]();
  expect([status, absent.sentences()]).toEqual([
    0,
    [expect.stringContaining(`${other} took no connection`)],
  ]);
});
