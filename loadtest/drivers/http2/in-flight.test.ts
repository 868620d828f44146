import { expect, it } from "vitest";
import { InFlight } from "./in-flight.ts";
import { StreamStop } from "./stream-stop.ts";

it("believes a stream that ends well without a message, and no unary call that does", () => {
  const ended: number[] = [];
  const calls = new InFlight(() => {});
  const done = (status: number) => ended.push(status);
  const stop = new StreamStop({ messages: 1 }, () => {});
  for (const [id, call] of [
    { framed: false, stop: undefined },
    { framed: false, stop },
    { framed: true, stop: undefined },
  ].entries()) {
    calls.begin(id, { ...call, done });
    calls.end(id, 0);
  }
  expect(ended).toEqual([13, 0, 0]);
});
