import { once } from "node:events";
import { connect, createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { answerEarly, statusHeaders } from "./early-answer.ts";

/** A stream of a call that stays half sent, as its server sees it, answered at once. */
async function answered(behind: (stream: ServerHttp2Stream) => void): Promise<void> {
  const server = createServer();
  const closed = Promise.withResolvers<void>();
  server.on("sessionError", () => {});
  server.on("stream", (stream: ServerHttp2Stream) => {
    // Not by once(), which listens for errors, too.
    stream.on("close", closed.resolve);
    answerEarly(stream, statusHeaders(status.UNAVAILABLE, "full"));
    behind(stream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on("error", () => {});
  const call = session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
  call.on("error", () => {});
  await closed.promise;
  session.destroy();
  server.close();
}

it("a connection that breaks before a refusal is sent ends its streams, and not the process", () =>
  // As Node does for every stream of a session that a peer has broken.
  answered((stream) => stream.session?.destroy(new Error("Protocol error"))));

it("whoever would answer it in the same turn, as at its deadline, answers nobody, and ends no process", async () => {
  const late: unknown[] = [];
  await answered((stream) => {
    expect(stream.closed).toBe(false);
    try {
      stream.respond(statusHeaders(status.DEADLINE_EXCEEDED, "late"), { endStream: true });
    } catch (error) {
      late.push(error);
    }
  });
  expect(late).toEqual([]);
});
