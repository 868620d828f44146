import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import type { Definition } from "./definition.ts";

const run = promisify(execFile);
const HOOK = resolve(import.meta.dirname, "describe-only.ts");
const PROGRAM = /(\S+\/)(main\.ts|run\.sh)$/;
const AT_ONCE = 4;
/** npm runs it by itself; nobody types it. */
const LIFECYCLE = "postinstall";

/** The scripts of package.json that are commander's, with their programs. */
export function tools(root: string): readonly { readonly name: string; readonly main: string }[] {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  return Object.entries(scripts).flatMap(([name, script]) => {
    const folder = PROGRAM.exec(script)?.[1];
    if (folder === undefined || name === LIFECYCLE) return [];
    const main = `${folder}main.ts`;
    const isCommanders = readFileSync(join(root, main), "utf8").includes("command-line/command.ts");
    return isCommanders ? [{ name, main }] : [];
  });
}

/** What every tool takes, under the name of its script. None of them does anything. */
export function describeTools(root: string): Promise<readonly Definition[]> {
  return inParallel(AT_ONCE, tools(root), async ({ name, main }) => {
    const { stdout } = await run(process.execPath, ["--import", HOOK, main], { cwd: root });
    return { ...(JSON.parse(stdout) as Definition), name };
  });
}
