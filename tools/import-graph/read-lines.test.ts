import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_LINE_BYTES, readLines } from "./read-lines.ts";

async function* chunksOf(text: string, sizes: readonly number[]) {
  let rest = Buffer.from(text);
  for (const size of sizes) {
    yield rest.subarray(0, size);
    rest = rest.subarray(size);
  }
  yield rest;
}

const read = async (text: string, sizes: readonly number[] = []) =>
  (await Array.fromAsync(readLines(chunksOf(text, sizes)))).flat();

test("lines are the same however the file is cut into chunks", async () => {
  const aLine = fc.string({ unit: fc.constantFrom("1", " ", "ü", "🌌"), maxLength: 6 });
  const property = fc.asyncProperty(
    fc.array(aLine, { maxLength: 8 }),
    fc.array(fc.nat({ max: 9 }), { maxLength: 8 }),
    fc.constantFrom("\n", "\r\n", "\r"),
    async (texts, sizes, end) => {
      const lines = await read(texts.map((text) => text + end).join(""), sizes);
      expect(lines).toEqual(texts.map((text, i) => ({ number: i + 1, text })));
    },
  );
  await fc.assert(property);
});

test("the last line needs no end, and a byte order mark is no part of the first", async () => {
  expect(await read("\uFEFF1 2\n3 4")).toEqual([
    { number: 1, text: "1 2" },
    { number: 2, text: "3 4" },
  ]);
});

test("a line that is too long is counted and not kept, wherever it is cut", async () => {
  const long = "9".repeat(MAX_LINE_BYTES + 1);
  const expected = [
    { number: 1, text: undefined },
    { number: 2, text: "1 2" },
    { number: 3, text: undefined },
  ];
  for (const sizes of [[], [10, 4_000, 80, 8]]) {
    expect(await read(`${long}\n1 2\n${long}`, sizes)).toEqual(expected);
  }
});
