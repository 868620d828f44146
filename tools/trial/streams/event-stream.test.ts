import { expect, it } from "vitest";
import { messageOf } from "./event-stream.ts";

it("reads entries, ids alone, and what a stream says it lacks; nothing else", () => {
  expect(messageOf('id: c7\nevent: entry\ndata: {"post_id":"7"}')).toEqual({
    entries: [{ postId: 7n, cursor: "c7" }],
    isCut: false,
  });
  expect(messageOf("id: began")).toEqual({ entries: [], resumeCursor: "began", isCut: false });
  const degraded = (word: string) => `event: degraded\ndata: {"degraded":["${word}"]}`;
  expect(messageOf(degraded("below_floor"))).toEqual({ entries: [], isCut: true });
  // What it lacks for now comes on the stream itself.
  expect(messageOf(degraded("index_behind"))).toEqual({ entries: [], isCut: false });
  for (const other of [": still here", "event: reactions\ndata: {}"]) {
    expect(messageOf(other)).toBeUndefined();
  }
});
