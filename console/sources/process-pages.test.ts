import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { PLAINTEXT } from "../../services/platform/grpc/credentials/credentials.ts";
import { PROCESSES, readProcesses } from "../processes.ts";
import { serviceOf } from "../views/map/map.ts";
import { type LookUp, ProcessPages } from "./process-pages.ts";

const server = createServer(({ url }, response) => response.end(`page ${url}`));
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

const pagesOf = (list: string, lookUp: LookUp) =>
  new ProcessPages(readProcesses(list.split(",")), PLAINTEXT, { clock: systemClock, lookUp });
const nobody: LookUp = async () => {
  throw new Error("ENOTFOUND");
};

it("asks a process at its address, and each that a name has at theirs", async () => {
  const names: string[] = [];
  const lookUp: LookUp = async (name) => {
    names.push(name);
    return ["127.0.0.1", "::1"];
  };
  const list = `post=127.0.0.1:${port},timeline=dns:///timeline.mesh:${port}`;
  const pages = await pagesOf(list, lookUp).all("/metrics");
  expect(names).toEqual(["timeline.mesh"]);
  expect([...pages]).toEqual([
    ["post", { text: "page /metrics" }],
    ["timeline-127.0.0.1", { text: "page /metrics" }],
    ["timeline-::1", { silence: "nobody listens there" }],
  ]);
  const services = ["post", "timeline", "timeline"];
  expect([...pages.keys()].map(serviceOf)).toEqual(services);
});

it("shows as silent whose name nobody has", async () => {
  const pages = await pagesOf("fanout=dns:///fanout:9469", nobody).all("/metrics");
  expect([...pages]).toEqual([["fanout", { silence: "no address of fanout is known" }]]);
});

it("knows numbers and addresses behind a service's name, and nothing else", () => {
  const labels = ["timeline-12", "post-10.1.2.3", "post-fd00::7", "my-cafe", "post"];
  expect(labels.map(serviceOf)).toEqual(["timeline", "post", "post", "my-cafe", "post"]);
});

it.each(["post", "post=10.0.0.1", "po st=10.0.0.1:1", "post=a:70000"])(
  "names what is wrong with %j",
  (list) => {
    expect(PROCESSES.problemOf(list)).toMatch(/label=host:port/);
  },
);
