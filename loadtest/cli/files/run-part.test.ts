import { describe, expect, it } from "vitest";
import { Command } from "../../../tools/command-line/command.ts";
import { type PartFlags, partOf, withPartOptions } from "./run-part.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 14);
const START = ["--start-at", "2026-11-21T14:30:00Z"];
const ALL = ["--generator", "1/3", "--run-name", "monday", ...START];

function part(args: readonly string[], { running = true, generators = 1 } = {}) {
  const command = withPartOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr() {} });
  const flags = command.parse(args, { from: "user" }).opts<PartFlags>();
  return partOf(flags, { running, generators }, NOW_MS);
}

describe("a part of a run", () => {
  it("knows which of how many it is, of what run, and when it begins", () => {
    expect(part(ALL)).toEqual({ run: "monday", index: 1, of: 3, startAtMs: NOW_MS + 1_800_000 });
    expect(part(ALL.slice(0, 4))).toEqual({ run: "monday", index: 1, of: 3 });
    expect(part([])).toBeUndefined();
  });

  it.each([
    [START, "needs --generator i/n, and the --run-name"],
    [["--generator", "0/2"], "needs --generator i/n, and the --run-name"],
    [["--generator", "3/3"], "i from 0 to n - 1"],
    [["--generator", "0/1"], "n from 2 to 64"],
    [["--generator", "one"], "It must be i/n"],
    [["--start-at", "noon"], "a time such as"],
    [["--run-name", "my run"], "letters, digits or hyphens"],
    [[...ALL, "--start-at", "2026-11-21T13:59:59Z"], "it is 2026-11-21T14:00:00.000Z here"],
    [[...ALL, "--start-at", "2026-11-21T15:00:01Z"], "within the next hour"],
  ])("%j is refused with what to do", (args, message) => {
    expect(() => part(args)).toThrow(message);
  });

  it("is made by one generator, of a mesh that runs", () => {
    expect(() => part(ALL, { running: false })).toThrow("add --running");
    expect(() => part(ALL, { generators: 2 })).toThrow("give more parts");
  });
});
