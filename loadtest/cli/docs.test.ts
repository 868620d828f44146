import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { jsonRecord } from "../calls/data/trace/trace-record.ts";
import { checkCalls } from "../calls/spec/read-calls.ts";
import { ofEach, parseThreshold } from "../measure/thresholds.ts";
import { capacityCommand } from "./capacity.ts";
import { coordinateCommand, joinCommand } from "./coordinate.ts";
import { exportCommand } from "./export.ts";
import { newCommand } from "./new.ts";
import { type CallOptions, callScenarioOf } from "./options/call-options.ts";
import { protocolOf, refuseMeaningless, typedOptions } from "./options/options-by-target.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";

const DOCS = join(import.meta.dirname, "../../docs/load");
const PAGES = ["any-target.md", "scripts.md"];
const textOf = (page: string) => readFileSync(join(DOCS, page), "utf8");
const WORDS = /'([^']*)'|"([^"]*)"|(\S+)/g;

const COMMANDS: Readonly<Record<string, () => Command>> = {
  run: runCommand,
  capacity: capacityCommand,
  replay: replayCommand,
  coordinate: coordinateCommand,
  join: joinCommand,
  new: newCommand,
  export: exportCommand,
};

/** Words behind "npm run load --" of every line, without what a shell leaves out. */
const LINES = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/npm run load -- ([^`\n]+)/g)].map(
    ([, line]) =>
      [
        page,
        [...line.replace(/ +#.*$/, "").matchAll(WORDS)].map(
          ([, one, two, bare]) => one ?? two ?? bare,
        ),
      ] as const,
  ),
);

/** What a line is understood as, without doing it. */
async function understood([name, ...line]: readonly string[]) {
  const command = COMMANDS[name]();
  const options = await new Promise<CallOptions>((resolve, reject) => {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .action(() => resolve(command.opts()))
      .parseAsync(line, { from: "user" })
      .catch(reject);
  });
  return { command, options };
}

describe("what the pages of the load toolkit say", () => {
  it.each(LINES)("%s: %j is understood", async (_, words) => {
    const { command, options } = await understood(words);
    const isOfTarget = ["run", "capacity", "replay", "coordinate"].includes(words[0]);
    if (!isOfTarget || options.target === undefined) return;
    const protocol = protocolOf(options.target);
    if (words[0] !== "replay" && /^(--|$)/.test(words[1])) {
      const scenario = callScenarioOf(options);
      if (scenario) checkCalls(scenario);
    }
    refuseMeaningless(typedOptions(command), { asked: "flags", protocol });
  });

  it("has lines of every command that loads a target", () => {
    const names = new Set(LINES.map(([, [name]]) => name));
    expect([...names]).toEqual(expect.arrayContaining(["run", "capacity", "replay", "coordinate"]));
  });

  it("of thresholds can be written so", () => {
    const pattern = /[`"](?:p\d+(?:\.\d+)?|max|mean|failed)(?:\([^)]*\))? *[<>=]+ *[^`"]+[`"]/g;
    const found = PAGES.flatMap((page) => textOf(page).match(pattern) ?? []);
    expect(found.length).toBeGreaterThan(5);
    for (const text of found) {
      for (const one of ofEach(text.slice(1, -1), ["call"])) {
        expect(() => parseThreshold(one), text).not.toThrow();
      }
    }
  });

  it("of a trace can be read", () => {
    const lines = textOf("any-target.md").match(/^\{ "(time|ts)".*\}$/gm) ?? [];
    expect(lines.length).toBe(3);
    for (const line of lines) expect(() => jsonRecord(line), line).not.toThrow();
  });
});
