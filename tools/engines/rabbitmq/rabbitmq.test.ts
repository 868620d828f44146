import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { brokerConfig, brokerEnvironment } from "./environment.ts";
import { assertSpeaksAmqp } from "./greeting.ts";
import { newestServer } from "./installation.ts";
import { brokerProgram, epmdProgram } from "./programs.ts";

const place = {
  folder: "/data/rabbitmq",
  installation: "/usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8",
  amqpPort: 1001,
  distributionPort: 1002,
  epmdPort: 1003,
};

test("no path leads outside the folder", () => {
  const { PATH, ...environment } = brokerEnvironment(place);
  const paths = Object.values(environment).filter((value) => value.startsWith("/"));
  expect(paths.length).toBeGreaterThan(9);
  expect(paths.filter((path) => !path.startsWith(place.folder))).toEqual([]);
});

test("everything listens on the loopback address, on the ports that were given", () => {
  const environment = brokerEnvironment(place);
  expect(brokerConfig(place)).toContain("listeners.tcp.1 = 127.0.0.1:1001\n");
  expect(environment).toMatchObject({
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_DIST_PORT: "1002",
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_EPMD_PORT: "1003",
  });
  expect(environment.RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS).toContain("{127,0,0,1}");
  expect(epmdProgram(place).command.args).toEqual(["-port", "1003", "-address", "127.0.0.1"]);
});

test("the Erlang secret is never written again, and only we may read it", () => {
  const secret = brokerProgram(place).files.find(({ path }) => path === ".erlang.cookie");
  expect(secret).toMatchObject({ keep: true, mode: 0o400 });
});

test("versions are compared by numbers", () => {
  const names = ["rabbitmq_server-3.9.30", "rabbitmq_server-3.10.8", "bin"];
  expect(newestServer(names)).toBe("rabbitmq_server-3.10.8");
  expect(newestServer(["bin"])).toBeUndefined();
});

test.each([
  ["a broker", Buffer.from([1, 0, 0, 0, 0]), undefined],
  ["an HTTP server", Buffer.from("HTTP/1.1 400"), /not as AMQP 0-9-1/],
  ["an older AMQP", Buffer.from("AMQP\0\0\x09\0", "latin1"), /not as AMQP 0-9-1/],
  ["one that hangs up", Buffer.alloc(0), /hangs up/],
])("%s is recognised by its first bytes", async (_who, answer, problem) => {
  const server = createServer((socket) => socket.end(answer));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const asked = assertSpeaksAmqp(`amqp://guest:guest@127.0.0.1:${port}`);
  await (problem ? expect(asked).rejects.toThrow(problem) : asked);
  server.close();
});
