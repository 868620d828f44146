import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../programs/find-program.ts";
import { type Definition, definitionOf } from "./definition.ts";
import { describeTools, tools } from "./describe-tools.ts";
import { keepScript, nextStep } from "./keep-script.ts";
import { scriptFor } from "./shells.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
const program = new Command("sort").description("Sorts: what it's given.");
program
  .command("up")
  .description("lowest first")
  .addOption(new Option("-k, --kind <kind>", "of sorting").choices(["quick", "merge"]))
  .option("--in <file>", "what")
  .option("--every <time>", "again and again");
program.command("down").argument("<file>", "what");
const SORT = definitionOf(program);

/** What is offered for the last of these words. */
async function complete(shell: "bash" | "zsh", file: string, ...words: readonly string[]) {
  const typed = words.map((word) => `'${word}'`).join(" ");
  const places = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}`;
  const script = `source ${file}; ${places}; _tidings; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run(shell, ["-c", script]);
  return stdout.split("\n").filter(Boolean);
}

describe("bash", () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidings-completion-"));
    file = join(folder, "completion.bash");
    await writeFile(file, scriptFor("bash", [SORT], ROOT));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("offers tools, their commands, options, and what an option may be", async () => {
    expect(await complete("bash", file, "tidings", "")).toEqual(["sort", "--help"]);
    expect(await complete("bash", file, "tidings", "sort", "u")).toEqual(["up"]);
    expect(await complete("bash", file, "tidings", "sort", "up", "--k")).toEqual(["--kind"]);
    expect(await complete("bash", file, "tidings", "sort", "up", "-k", "m")).toEqual(["merge"]);
    expect(await complete("bash", file, "tidings", "sort", "up", "--kind", "")).toEqual([
      "quick",
      "merge",
    ]);
    const files = await complete("bash", file, "tidings", "sort", "up", "--in", `${folder}/com`);
    expect(files).toEqual([file]);
    const first = await complete("bash", file, "tidings", "sort", "down", `${folder}/com`);
    expect(first).toEqual([file]);
    expect(await complete("bash", file, "tidings", "sort", "up", "--every", "")).toEqual([]);
  });

  it("runs a tool in the checkout, with the paths of the folder in which they were typed", async () => {
    const ran = async (words: string) => {
      const npm = `npm() { printf '%s\\n' "$@"; }`;
      const script = `source ${file}; ${npm}; cd ${folder}; tidings sort ${words}`;
      const { stdout } = await run("bash", ["-c", script]);
      return stdout.trimEnd().split("\n").slice(6).join(" ");
    };
    expect(await ran("up --in a --kind quick --every 1m")).toBe(
      `up --in ${folder}/a --kind quick --every 1m`,
    );
    expect(await ran("up --in=../b -k quick")).toBe(`up --in=${folder}/../b -k quick`);
    expect(await ran("down /c")).toBe("down /c");
    expect(await ran("down 'c d'")).toBe(`down ${folder}/c d`);
  });

  it("is kept whole, in a folder that is made", async () => {
    const kept = join(folder, "new", "tidings.bash");
    await keepScript("one", kept);
    await keepScript("another", kept);
    expect(readFileSync(kept, "utf8")).toBe("another");
    expect(nextStep("bash", kept)).toContain(`source ${kept}`);
    await expect(keepScript("one", join(file, "below"))).rejects.toThrow(file);
  });
});

const OTHER_SHELLS = (["zsh", "fish"] as const).filter((shell) => findProgram(shell, ""));

it.each(OTHER_SHELLS)("%s, where it is here, takes the script", async (shell) => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-completion-"));
  const file = join(folder, "completion");
  await writeFile(file, scriptFor(shell, [SORT], ROOT));
  await run(shell, ["-n", file]);
  await rm(folder, { recursive: true });
});

it("every tool describes itself, and does nothing", async () => {
  const described = await describeTools(ROOT);
  const names = tools(ROOT).map(({ name }) => name);
  expect(described.map(({ name }) => name)).toEqual(names);
  expect(names).toEqual(expect.arrayContaining(["start", "load", "call", "backup", "erase"]));
  const load = described.find(({ name }) => name === "load") as Definition;
  expect(load.commands.map(({ name }) => name)).toContain("plan");
});

describe("what nobody knows is refused, and help is only help", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  const programs = Object.values(scripts).flatMap((script) => /tools\/\S+[.]ts/.exec(script) ?? []);

  it.each([...new Set(programs)])("by %s, which commander reads the arguments of", (program) => {
    expect(readFileSync(join(ROOT, program), "utf8")).toMatch(/[.]parse(Async)?\(/);
  });

  const WRITERS = ["monitoring/main", "monitoring/install", "configuration/main", "licences/main"];
  it.each(WRITERS)("by %s, which does nothing then", async (name) => {
    const program = join(ROOT, "tools", `${name}.ts`);
    const refused = run(process.execPath, [program, "--bogus"]);
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("unknown option '--bogus'"),
    });
    const { stdout } = await run(process.execPath, [program, "--help"]);
    expect(stdout).toMatch(/^Usage: npm run /);
    expect(stdout).not.toContain("Wrote");
  });
});
