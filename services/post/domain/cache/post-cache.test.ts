import { expect, it } from "vitest";
import { PostCache } from "./post-cache.ts";

const message = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

function open({ maxBytes = 10_000 } = {}) {
  const state = { isTrusted: true };
  const read: string[] = [];
  const cache = new PostCache({
    maxBytes,
    isTrusted: () => state.isTrusted,
    onRead: (result) => read.push(result),
  });
  return { cache, state, read };
}

it("gives what was kept, whatever becomes of the bytes it was kept from", () => {
  const { cache, read } = open();
  const chunk = Buffer.from("--hello--");
  cache.keep(7n, chunk.subarray(2, 7));
  chunk.fill("x");
  expect(textOf(cache.get(7n))).toBe("hello");
  expect(cache.get(8n)).toBeUndefined();
  expect(read).toEqual(["hit", "miss"]);
});

it("keeps no post that was deleted while it was read", () => {
  const { cache } = open();
  const reading = cache.begin([1n, 2n]);
  cache.drop(1n);
  cache.keep(1n, message("one"), reading);
  cache.keep(2n, message("two"), reading);
  cache.end(reading);
  expect(cache.get(1n)).toBeUndefined();
  expect(textOf(cache.get(2n))).toBe("two");
});

it("keeps nothing of what was read while all was forgotten", () => {
  const { cache } = open();
  cache.keep(1n, message("one"));
  const reading = cache.begin([2n]);
  cache.clear();
  cache.keep(2n, message("two"), reading);
  expect([cache.get(1n), cache.get(2n)]).toEqual([undefined, undefined]);
});

it("neither gives nor keeps while it can't know what is deleted, and gives again what still stands", () => {
  const { cache, state } = open();
  cache.keep(1n, message("one"));
  state.isTrusted = false;
  expect(cache.get(1n)).toBeUndefined();
  cache.keep(2n, message("two"));
  const reading = cache.begin([3n]);
  state.isTrusted = true;
  cache.keep(3n, message("three"), reading);
  expect(textOf(cache.get(1n))).toBe("one");
  expect([cache.get(2n), cache.get(3n)]).toEqual([undefined, undefined]);
});

it("holds no more than its bytes, and what was read least lately goes first", () => {
  const { cache } = open({ maxBytes: 2_500 });
  for (let id = 1n; id <= 10n; id++) {
    cache.keep(id, new Uint8Array(200));
    cache.get(1n);
  }
  expect(cache.bytes).toBeLessThanOrEqual(2_500);
  expect(cache.get(1n)).toBeDefined();
  expect(cache.get(2n)).toBeUndefined();
  expect(cache.get(10n)).toBeDefined();
});
