import { EventEmitter } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { describe, expect, it } from "vitest";
import { Admission } from "../../../admission/admission.ts";
import { Holders } from "../../../admission/holders.ts";
import { HeldCalls } from "./held-call.ts";

/** What of a stream is looked at: whether its request is whole, and what became of its answer. */
function streamOf(ended: { headersSent: boolean; writableFinished: boolean; aborted: boolean }) {
  const stream = Object.assign(new EventEmitter(), { readableEnded: true, closed: false }, ended);
  return stream as EventEmitter & ServerHttp2Stream;
}

function setUp() {
  const admission = new Admission();
  const calls = new HeldCalls(admission);
  const times = admission.limit.method();
  const holders = [new Holders(4).of("one")];
  const begin = (stream: ServerHttp2Stream) =>
    calls.add(stream, { holders, times, startedMs: performance.now() });
  return { admission, begin };
}

describe("a call's place", () => {
  it("is free when the call is answered", () => {
    const { admission, begin } = setUp();
    const stream = streamOf({ headersSent: true, writableFinished: true, aborted: false });
    begin(stream);
    expect(admission.held).toBe(1);
    stream.emit("close");
    expect(admission.held).toBe(0);
  });

  it.each([
    ["before it was answered", { headersSent: false, writableFinished: true, aborted: true }],
    ["and did not take the answer", { headersSent: true, writableFinished: false, aborted: false }],
  ])("is kept for a while when its caller gave it up %s", async (_when, ended) => {
    const { admission, begin } = setUp();
    const streams = [streamOf(ended), streamOf(ended)];
    for (const stream of streams) begin(stream);
    for (const stream of streams) stream.emit("close");
    expect(admission.held).toBe(2);
    while (admission.held > 0) await new Promise(setImmediate);
  });
});
