import { expect, it } from "vitest";
import { roomFor } from "./room.ts";

it("is for as many calls as are due while an answer takes the longest that it may, and a quarter more", () => {
  expect(roomFor(["p99(a) < 100ms", "failed(a) <= 1%"], 1_000)).toBe(125);
  expect(roomFor(["p50(a) < 10ms", "max(b) <= 2s"], 100)).toBe(250);
  expect(roomFor(["failures == 0", "p99(a) > 1s"], 1_000)).toBe(0);
});
