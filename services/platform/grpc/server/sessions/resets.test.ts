import { describe, expect, it } from "vitest";
import { valueIn } from "../../../telemetry/read-exposition.ts";
import type { Client } from "../../call.ts";
import { follow } from "../../client/follow.ts";
import { type Echo, startEcho } from "../../testing/echo-server.ts";
import type { EchoService, Note } from "../../testing/echo-service.ts";
import { untilClosed } from "../calls/until-closed.ts";

const HELLO: Note = { text: "hello" };
/** More than Node's own limit of resets at once on one connection. */
const COMINGS_AND_GOINGS = 1_500;
const AT_ONCE = 20;

type Open = Client<typeof EchoService>["repeat"];

/** One message, and then nothing until the caller goes. */
async function* stayOpen(note: Note, { signal }: { readonly signal: AbortSignal }) {
  yield note;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

async function comeAndGo(open: Open): Promise<void> {
  const stream = open(HELLO)[Symbol.asyncIterator]();
  await stream.next();
  await stream.return?.();
}

async function churn(open: Open): Promise<void> {
  for (let done = 0; done < COMINGS_AND_GOINGS; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => comeAndGo(open)));
  }
}

async function ended(echo: Echo, code: string): Promise<number> {
  const text = await echo.metrics.registry.metrics();
  return valueIn(text, "grpc_server_handled_total", { grpc_code: code }) || 0;
}

describe("a connection on which many come and go", () => {
  it("stays, with the streams of all others, though every going is a reset", async () => {
    await using echo = await startEcho({ repeat: stayOpen });
    const other = echo.client.repeat(HELLO)[Symbol.asyncIterator]();
    await other.next();
    const next = other.next();
    await churn(echo.client.repeat);
    await other.return?.();
    await expect(next).resolves.toMatchObject({ done: true });
  });

  it("sees no reset of callers who close their side", async () => {
    await using echo = await startEcho({ chat: untilClosed(stayOpen) });
    await churn(follow(echo.client.chat));
    while ((await ended(echo, "OK")) < COMINGS_AND_GOINGS) {
      expect(await ended(echo, "Canceled")).toBe(0);
      await new Promise(setImmediate);
    }
  });
});

describe("a stream until its caller closes its side", () => {
  it("ends at once, whatever its source waits for", async () => {
    const begun = Promise.withResolvers<void>();
    await using echo = await startEcho({
      chat: untilClosed(async function* () {
        begun.resolve();
        await new Promise(() => {});
        yield HELLO;
      }),
    });
    const stream = follow(echo.client.chat)(HELLO)[Symbol.asyncIterator]();
    const first = stream.next();
    await begun.promise;
    await stream.return?.();
    await expect(first).resolves.toMatchObject({ done: true });
    while ((await ended(echo, "OK")) === 0) await new Promise(setImmediate);
    expect(await ended(echo, "Canceled")).toBe(0);
  });

  it("refuses a caller who sends nothing", async () => {
    await using echo = await startEcho({ chat: untilClosed(stayOpen) });
    const nothing = (async function* (): AsyncGenerator<Note> {})();
    await expect(Array.fromAsync(echo.client.chat(nothing))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
