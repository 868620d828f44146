import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ResponseReader, type RestResponse } from "./response-reader.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const CASES = {
  "a length": [`${OK}Content-Length: 5\r\n\r\nhello`, "hello"],
  "chunks and a trailer": [
    `${OK}Transfer-Encoding: chunked\r\n\r\n3;x=1\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n`,
    "hello",
  ],
  "an end of line within a chunk": [
    `${OK}transfer-encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n`,
    "\r\n\r\n",
  ],
  "no body": ["HTTP/1.1 204 No Content\r\n\r\n", ""],
  "an interim answer": [
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\nA: b\r\n\r\n${OK}content-length: 2\r\n\r\nhi`,
    "hi",
  ],
} as const;

/** What comes of an answer that arrives in these pieces; nothing may come of it before the last. */
function readIn(pieces: readonly Buffer[], reader = new ResponseReader()) {
  const answers = pieces.map((piece) => reader.read(piece));
  expect(answers.slice(0, -1).every((answer) => answer === undefined)).toBe(true);
  expect(reader.isEmpty).toBe(answers.at(-1) !== undefined);
  return answers.at(-1);
}

function read(text: string): RestResponse | undefined {
  return new ResponseReader().read(Buffer.from(text));
}

describe("the reader of HTTP answers", () => {
  it.each(Object.entries(CASES))("reads one with %s, however it is cut", (_, [text, body]) => {
    const bytes = Buffer.from(text);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, (at) => {
        const ends = [...at.toSorted((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        const reader = new ResponseReader();
        for (let time = 0; time < 2; time++) {
          const answer = readIn(pieces, reader);
          expect([answer?.body.toString(), answer?.keepsOpen]).toEqual([body, true]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("says how long a connection stays, if it does", () => {
    expect(read(`${OK}content-length: 0\r\nKeep-Alive: timeout=72\r\n\r\n`)?.idleMs).toBe(72_000);
    expect(read(`${OK}content-length: 0\r\n\r\n`)?.idleMs).toBeUndefined();
    expect(read(`${OK}content-length: 0\r\nConnection: close\r\n\r\n`)?.keepsOpen).toBe(false);
    expect(read("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n")?.keepsOpen).toBe(false);
  });

  it("reads to the end of the connection where no length is told", () => {
    const reader = new ResponseReader();
    expect(reader.read(Buffer.from(`${OK}\r\nhel`))).toBeUndefined();
    expect(reader.read(Buffer.from("lo"))).toBeUndefined();
    expect(reader.end()).toMatchObject({ status: 200, keepsOpen: false });
    reader.read(Buffer.from(`${OK}content-length: 9\r\n\r\nhel`));
    expect(reader.end()).toBeUndefined();
  });

  it.each([
    ["chunks", "transfer-encoding: chunked\r\n\r\n", ["8000\r\n", "\r\n", "0\r\n\r\n"]],
    ["until the end", "\r\n", ["", "", ""]],
  ])("copies a large one once, in %s", (_, head, [before, after, end]) => {
    const piece = Buffer.from(`${before}${"x".repeat(0x8000)}${after}`);
    const reader = new ResponseReader();
    const concat = vi.spyOn(Buffer, "concat");
    reader.read(Buffer.from(OK + head));
    for (let i = 0; i < 100; i++) reader.read(piece);
    const answer = end === "" ? reader.end() : reader.read(Buffer.from(end));
    const copied = concat.mock.results.reduce((sum, { value }) => sum + value.length, 0);
    concat.mockRestore();
    expect(answer?.body.length).toBe(100 * 0x8000);
    expect(copied).toBeLessThan(1.1 * 100 * 0x8000);
  });

  it.each([
    "SSH-2.0-x\r\n\r\n",
    `${OK}content-length: -1\r\n\r\n`,
    `${OK}content-length: 1\r\n\r\nab`,
    `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n123456789\r\n`,
    `${OK}${"a: b\r\n".repeat(20_000)}`,
  ])("refuses what is no answer", (text) => {
    expect(() => read(text)).toThrow();
  });
});
