import { expect, it } from "vitest";
import { prefixed } from "./call-frames.ts";
import { StreamStop } from "./stream-stop.ts";

it("counts whole messages, however they are cut, empty ones too", () => {
  const bytes = Buffer.concat([7, 0, 300].map((length) => prefixed(new Uint8Array(length))));
  for (const size of [1, 4, 5, 6, 100, 1_000]) {
    let stops = 0;
    let seen = 0;
    const stop = new StreamStop({ messages: 3 }, () => stops++);
    for (let at = 0; at < bytes.length; at += size) {
      expect(stops).toBe(0);
      stop.received(bytes.subarray(at, at + size));
      seen = at;
    }
    expect([stops, seen]).toEqual([1, bytes.length - ((bytes.length - 1) % size) - 1]);
  }
});
