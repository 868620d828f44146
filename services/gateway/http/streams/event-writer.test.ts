import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { EventWriter, eventText } from "./event-writer.ts";

const SLOW_MS = 10_000;

/** A reader that takes one write at a time, when told to. */
function setUp() {
  const clock = new ManualClock();
  const taken: string[] = [];
  let release = () => {};
  const out = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      release = done;
    },
  });
  const writer = new EventWriter(out, { clock, slowConsumerMs: SLOW_MS });
  return { clock, out, taken, writer, release: () => release() };
}

describe("EventWriter", () => {
  it("waits while the reader lags, and goes on when it has caught up", async () => {
    const { writer, release } = setUp();
    const written = writer.write("a", new AbortController().signal);
    release();
    expect(await written).toBe(true);
  });

  it("cuts off a reader that lags for too long", async () => {
    const { clock, out, writer } = setUp();
    const written = writer.write("a", new AbortController().signal);
    await clock.advance(SLOW_MS);
    expect([await written, out.destroyed]).toEqual([false, true]);
    expect(await writer.write("b", new AbortController().signal)).toBe(false);
  });

  it("does not wait for a reader that has gone, or past the end of the stream", async () => {
    const { out, writer } = setUp();
    const written = writer.write("a", new AbortController().signal);
    out.destroy();
    expect(await written).toBe(false);
    const { writer: other } = setUp();
    const ended = new AbortController();
    const waiting = other.write("a", ended.signal);
    ended.abort();
    expect(await waiting).toBe(false);
  });

  it("leaves heartbeats out while bytes wait", () => {
    const { writer, out, taken, release } = setUp();
    writer.heartbeat();
    writer.heartbeat();
    release();
    expect(taken).toEqual([": still here\n\n"]);
    out.destroy();
    writer.end("over");
  });
});

describe("eventText", () => {
  it("is one block, whatever the text holds", () => {
    const text = eventText("entry", { text: "a\n\nb\u2028" }, "c1");
    expect(text).toBe('id: c1\nevent: entry\ndata: {"text":"a\\n\\nb\u2028"}\n\n');
  });
});
