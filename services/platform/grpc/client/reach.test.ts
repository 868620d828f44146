import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { startEcho } from "../testing/echo-server.ts";
import { PATIENT } from "../testing/patient.ts";
import { connect } from "./client.ts";
import { reachAll } from "./reach.ts";

it("waits no longer than it is told, and names who is away", async () => {
  await using echo = await startEcho();
  const deaf = createServer((socket) => socket.destroy());
  await new Promise<void>((listening) => deaf.listen(0, "127.0.0.1", listening));
  const { port } = deaf.address() as AddressInfo;
  using away = connect(`127.0.0.1:${port}`, { ...PATIENT, to: "friend" });
  using there = connect([`127.0.0.1:${port}`, echo.server.address], { ...PATIENT, to: "post" });
  const warnings: unknown[] = [];
  const log = { warn: (what: unknown) => warnings.push(what) };
  await reachAll([there], { withinMs: 60_000, log });
  expect(warnings).toEqual([]);
  await reachAll([away], { withinMs: 50, log });
  expect(warnings).toEqual([{ away: ["friend"], withinMs: 50 }]);
  await new Promise((closed) => deaf.close(closed));
});
