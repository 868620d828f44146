import { expect, it } from "vitest";
import { ErrorsSaid } from "./errors-said.ts";

const FULL = { level: 50, msg: "the store could not write", err: { message: "make room" } };

it("shows each error of a service once, with its cause", () => {
  const said = new ErrorsSaid();
  const shown = (label: string, line: object) => said.ofLine(label, JSON.stringify(line));
  expect(shown("post", FULL)).toBe("post: the store could not write: make room");
  expect(shown("post", FULL)).toBeUndefined();
  expect(shown("friend", FULL)).toBe("friend: the store could not write: make room");
  const damage = { level: 50, msg: "THE TIMELINE LOG IS DAMAGED", error: "at byte 9967" };
  expect(shown("timeline", damage)).toBe("timeline: THE TIMELINE LOG IS DAMAGED: at byte 9967");
});

it("shows nothing else", () => {
  const said = new ErrorsSaid();
  for (const text of ["Killed", "7", "null", '{"level":40,"msg":"x"}', '{"level":60,"msg":"x"}']) {
    expect(said.ofLine("post", text)).toBeUndefined();
  }
});

it("ends with so many different ones", () => {
  const said = new ErrorsSaid();
  const lines = Array.from({ length: 1_000 }, (_, i) => JSON.stringify({ level: 50, msg: `${i}` }));
  expect(lines.filter((line) => said.ofLine("post", line)).length).toBe(20);
});
