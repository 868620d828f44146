import { describe, expect, it } from "vitest";
import type { Call } from "../call.ts";
import { notFound } from "../errors/errors.ts";
import { startEcho } from "../testing/echo-server.ts";
import type { Note } from "../testing/echo-service.ts";

const HELLO: Note = { text: "hello" };

async function* numbers(count: number): AsyncGenerator<Note> {
  for (let i = 0; i < count; i++) yield { text: String(i) };
}

/** Never gives anything; tells when it is dropped. */
function silence() {
  const returned = Promise.withResolvers<void>();
  const source: AsyncIterableIterator<Note> = {
    [Symbol.asyncIterator]: () => source,
    next: () => new Promise(() => {}),
    return: async () => {
      returned.resolve();
      return { done: true, value: undefined };
    },
  };
  return { source, returned: returned.promise };
}

describe("a stream of answers", () => {
  it("arrives whole and in order", async () => {
    await using echo = await startEcho({ repeat: () => numbers(500) });
    const texts = await Array.fromAsync(echo.client.repeat(HELLO), ({ text }) => Number(text));
    expect(texts).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it("gives what came before an error first, then the error, then the end", async () => {
    await using echo = await startEcho({
      repeat: async function* () {
        yield* numbers(3);
        throw notFound("note", 4n);
      },
    });
    const stream = echo.client.repeat(HELLO)[Symbol.asyncIterator]();
    for (const text of ["0", "1", "2"])
      expect(await stream.next()).toMatchObject({ value: { text } });
    await expect(stream.next()).rejects.toMatchObject({ code: "NOT_FOUND", metadata: { id: "4" } });
    expect(await stream.next()).toMatchObject({ done: true });
  });

  it("that cannot begin ends with the error", async () => {
    await using echo = await startEcho({
      repeat: () => {
        throw notFound("note", 1n);
      },
    });
    await expect(Array.fromAsync(echo.client.repeat(HELLO))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("is held back by a reader that does not read", async () => {
    const total = 2_000;
    let given = 0;
    const text = "x".repeat(10_000);
    await using echo = await startEcho({
      repeat: async function* () {
        for (; given < total; given++) yield { text };
      },
    });
    let read = 0;
    for await (const _ of echo.client.repeat(HELLO)) {
      // 20 MB are on offer; what windows and buffers hold is a fraction of it.
      if (read++ === 0) expect(given).toBeLessThan(total / 2);
    }
    expect(read).toBe(total);
  });

  it("drops its source and aborts its signal when the reader stops", async () => {
    const { source, returned } = silence();
    const calls: Call[] = [];
    await using echo = await startEcho({
      repeat: (_, call) => {
        calls.push(call);
        void call.signal;
        return prepended(HELLO, source);
      },
    });
    for await (const note of echo.client.repeat(HELLO)) {
      expect(note).toEqual(HELLO);
      break;
    }
    await returned;
    expect(calls[0].signal.reason).toMatchObject({ code: "CANCELLED" });
  });

  it("ends for a reader whose signal aborts while it waits", async () => {
    const { source, returned } = silence();
    const controller = new AbortController();
    await using echo = await startEcho({ repeat: () => prepended(HELLO, source) });
    const stream = echo.client.repeat(HELLO, { signal: controller.signal })[Symbol.asyncIterator]();
    await stream.next();
    const waiting = stream.next();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "CANCELLED" });
    await returned;
  });

  it("ends at its deadline, when it has one", async () => {
    const { source, returned } = silence();
    let hasBegun = false;
    await using echo = await startEcho({
      repeat: () => {
        hasBegun = true;
        return source;
      },
    });
    const late = Array.fromAsync(echo.client.repeat(HELLO, { timeoutMs: 1_000 }));
    await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    // On a machine that is busy enough the call is over before the server has seen it.
    if (hasBegun) await returned;
  });
});

describe("streams in both directions", () => {
  it("carry many messages each way", async () => {
    await using echo = await startEcho();
    const answers = await Array.fromAsync(echo.client.chat(numbers(300)), ({ text }) => text);
    expect(answers).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  });

  it("let the server end first, which drops the source of requests", async () => {
    const { source, returned } = silence();
    await using echo = await startEcho({ chat: () => numbers(2) });
    expect(await Array.fromAsync(echo.client.chat(source))).toHaveLength(2);
    await returned;
  });

  it("cancel the call when the source of requests fails, and throw its error", async () => {
    const cancelled = Promise.withResolvers<unknown>();
    await using echo = await startEcho({
      chat: async function* (notes) {
        try {
          yield* notes;
        } catch (error) {
          cancelled.resolve(error);
          throw error;
        }
      },
    });
    const answered = Promise.withResolvers<void>();
    async function* failing(): AsyncGenerator<Note> {
      yield HELLO;
      await answered.promise;
      throw notFound("source", 1n);
    }
    const answers = echo.client.chat(failing())[Symbol.asyncIterator]();
    expect(await answers.next()).toMatchObject({ value: HELLO });
    answered.resolve();
    await expect(answers.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await cancelled.promise).toMatchObject({ code: "CANCELLED" });
  });
});

/** One message, then the source itself: a generator could not be dropped while it waits. */
function prepended(first: Note, rest: AsyncIterableIterator<Note>): AsyncIterable<Note> {
  let isFirst = true;
  return {
    [Symbol.asyncIterator]: () => ({
      ...rest,
      next: () => {
        if (!isFirst) return rest.next();
        isFirst = false;
        return Promise.resolve({ done: false, value: first });
      },
    }),
  };
}
