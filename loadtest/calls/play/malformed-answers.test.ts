import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { prefixed } from "../../drivers/http2/call-frames.ts";
import { GREETER_PROTO } from "../testing/greeter-server.ts";
import { playHere } from "../testing/play-here.ts";

const HEAD = { ":status": 200, "content-type": "application/grpc" };

it("an answer that can't be decoded breaks its own flow, and nothing else", async () => {
  const hello = Buffer.from([0x0a, 2, 0x68, 0x69]); // text: "hi"
  const notProtobuf = Buffer.from([0xff, 0xff, 0xff]);
  let asked = 0;
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(prefixed(asked++ === 0 ? notProtobuf : hello));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const method = "loadtest.greeter.v1.GreeterService/SayHello";
  const steps = [
    { method, data: { name: "a" }, save: { text: "$.text" }, name: "first" },
    { method, data: { name: "{{saved text}}" }, name: "second" },
  ];
  const { operations, counters } = await playHere({ port }, [{ steps }], {
    protos: { files: [GREETER_PROTO] },
  });
  server.close();
  const [first, second] = operations;
  expect([first.counts.failed, counters.get("failed_checks")]).toEqual([1, 1]);
  expect(second.counts.ok).toBe(first.counts.intended - 1);
});
