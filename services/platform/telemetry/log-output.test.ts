import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { fileOutput, pipeOutput } from "./log-output.ts";

/** A pipe whose reader takes what it is allowed to. */
function reader() {
  const taken: string[] = [];
  let release: (() => void) | undefined;
  const state = { isSlow: false };
  const pipe = new Writable({
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      if (state.isSlow) release = done;
      else done();
    },
  });
  return { pipe, taken, state, release: () => release?.() };
}

describe("log lines into a pipe", () => {
  it("are dropped and counted while their reader is slow", async () => {
    const { pipe, taken, state, release } = reader();
    const output = pipeOutput(pipe, 10);
    state.isSlow = true;
    for (const line of ["first line\n", "second\n", "third\n", "fourth\n"]) output.write(line);
    state.isSlow = false;
    release();
    await new Promise(setImmediate);
    output.write("last\n");
    await new Promise(setImmediate);
    expect(taken[0]).toBe("first line\n");
    expect(taken.at(-1)).toBe("last\n");
    expect(taken.at(-2)).toMatch(/"msg":"\d log lines were dropped/);
    expect(taken.join("")).not.toContain("fourth");
  });

  it("go nowhere, in silence, when their reader is gone", async () => {
    const { pipe, taken } = reader();
    const output = pipeOutput(pipe);
    pipe.destroy(Object.assign(new Error("EPIPE"), { code: "EPIPE" }));
    await new Promise(setImmediate);
    expect(() => output.write("one\n")).not.toThrow();
    expect(taken).toEqual([]);
  });
});

it("log lines into a file that can't be written go nowhere, in silence", () => {
  expect(() => fileOutput(-1).write("one\n")).not.toThrow();
});
