import { describe, expect, it, vi } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { PortInUseError } from "../../lifecycle/port-in-use.ts";
import { createClient } from "../client/client.ts";
import { notFound } from "../errors/errors.ts";
import { startEcho } from "../testing/echo-server.ts";
import { EchoService, type Note } from "../testing/echo-service.ts";

const HELLO: Note = { text: "hello" };

describe("a unary handler", () => {
  it("answers with what it returns, promised or not", async () => {
    await using plain = await startEcho({ say: (note) => note });
    await using promised = await startEcho({ say: async (note) => note });
    expect(await plain.client.say(HELLO)).toEqual(HELLO);
    expect(await promised.client.say(HELLO)).toEqual(HELLO);
  });

  it("that rejects answers with its error (rule 9.3)", async () => {
    await using echo = await startEcho({ say: () => Promise.reject(notFound("note", 3n)) });
    await expect(echo.client.say(HELLO)).rejects.toMatchObject({
      code: "NOT_FOUND",
      metadata: { resource: "note", id: "3" },
    });
  });

  it("that throws at once answers with its error", async () => {
    await using echo = await startEcho({
      say: () => {
        throw notFound("note", 3n);
      },
    });
    await expect(echo.client.say(HELLO)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("that fails in an unforeseen way answers INTERNAL, without the text", async () => {
    await using echo = await startEcho({ say: () => Promise.reject(new Error("secret")) });
    await expect(echo.client.say(HELLO)).rejects.toMatchObject({
      code: "INTERNAL",
      message: "internal error",
    });
  });

  it("is not begun past its deadline", async () => {
    const say = vi.fn((note: Note) => note);
    const clock = new ManualClock(Date.now() + 3_600_000);
    await using echo = await startEcho({ say }, { server: { clock } });
    await expect(echo.client.say(HELLO)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(say).not.toHaveBeenCalled();
  });

  it("gets the server's deadline when the caller sent none, and is answered for at its end", async () => {
    const stopped = Promise.withResolvers<unknown>();
    await using echo = await startEcho(
      {
        say: (_, call) => {
          call.signal.addEventListener("abort", () => stopped.resolve(call.signal.reason));
          return new Promise(() => {});
        },
      },
      { server: { defaultDeadlineMs: 20 } },
    );
    // The client always sets a deadline: take it away below the wrapper.
    const raw = echo.channel.pick();
    const { say } = EchoService;
    const answer = new Promise((resolve) => {
      raw.makeUnaryRequest(say.path, say.requestSerialize, say.responseDeserialize, HELLO, resolve);
    });
    expect(await answer).toMatchObject({ code: 4 });
    expect(await stopped.promise).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });
});

describe("a request", () => {
  it("that is no message is the caller's fault", async () => {
    await using echo = await startEcho();
    const requestSerialize = () => Buffer.from("{");
    const broken = createClient({ say: { ...EchoService.say, requestSerialize } }, echo.channel);
    await expect(broken.say(HELLO)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("over the limit is refused with both sizes", async () => {
    await using echo = await startEcho({}, { server: { maxMessageBytes: 1_000 } });
    await expect(echo.client.say({ text: "x".repeat(2_000) })).rejects.toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      message: expect.stringMatching(/larger than max \(20\d\d vs 1000\)/),
    });
  });

  it("keeps the request id it came with, and gets one when it came without", async () => {
    await using echo = await startEcho({ say: (_, call) => ({ text: call.requestId }) });
    expect(await echo.client.say(HELLO, { requestId: "abc" })).toEqual({ text: "abc" });
    expect((await echo.client.say(HELLO)).text).toMatch(/^[0-9a-f-]{36}$/);
    const tooLong = { requestId: "x".repeat(129) };
    expect((await echo.client.say(HELLO, tooLong)).text).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("a server", () => {
  it("names the port that is in use, and the remedy", async () => {
    await using echo = await startEcho();
    const { port } = echo.server;
    const second = startEcho({}, { server: { port } });
    await expect(second).rejects.toThrow(PortInUseError);
    await expect(second).rejects.toThrow(
      new RegExp(`port ${port} on 127.0.0.1.*TIDINGS_PORT_BASE`),
    );
  });

  it("refuses an implementation that lacks a handler", async () => {
    const incomplete = startEcho({ chat: undefined as never });
    await expect(incomplete).rejects.toThrow("/tidings.test.v1.EchoService/Chat has no handler");
  });

  it("counts calls as go-grpc-prometheus does", async () => {
    await using echo = await startEcho();
    await echo.client.say(HELLO);
    await echo.client.say(HELLO);
    const text = await echo.metrics.registry.metrics();
    const labels = `grpc_type="unary",grpc_service="tidings.test.v1.EchoService",grpc_method="Say"`;
    const tail = 'service="test"} 2';
    expect(text).toContain(`grpc_server_started_total{${labels},${tail}`);
    expect(text).toContain(`grpc_server_handled_total{${labels},grpc_code="OK",${tail}`);
    expect(text).toContain(`grpc_server_handling_seconds_count{${labels},${tail}`);
    expect(text).toContain(`grpc_client_handled_total{${labels},grpc_code="OK",${tail}`);
  });
});
