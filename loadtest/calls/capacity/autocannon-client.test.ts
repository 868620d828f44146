import { EventEmitter } from "node:events";
import type { Client } from "autocannon";
import { expect, it } from "vitest";
import { OperationRecord } from "../../measure/operation-record.ts";
import { Redirects } from "../plan/redirects.ts";
import { hearClient } from "./autocannon-client.ts";

it("counts an answer that came after its time as too late: autocannon gives up after whole seconds", () => {
  const operation = new OperationRecord("get", 500);
  const client = new EventEmitter();
  const redirects = new Redirects();
  hearClient(client as unknown as Client, { operation, redirects }, () => true);
  for (const tookMs of [400, 700]) {
    client.emit("request");
    client.emit("headers", { shouldKeepAlive: true, headers: [] });
    client.emit("response", 200, 2, tookMs);
  }
  expect(operation.counts).toMatchObject({ sent: 2, ok: 1, timeout: 1, failed: 0 });
  expect([operation.service, operation.answered].map(({ totalCount }) => totalCount)).toEqual([
    2, 1,
  ]);
});
