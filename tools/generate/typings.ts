import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { contentsOf, filesBelow, hashOf } from "./fingerprint.ts";

const run = promisify(execFile);

/** What `exports` of package.json names as the types of "tidings/loadtest". */
const OUTPUT = "gen/types";
const ENTRY = "loadtest/index";
/** Its types come from these; what they take from elsewhere changes with them. */
const SOURCES = ["loadtest", "population"];
const COMPILER = "node_modules/typescript-native";

/**
 * Makes gen/types/: the declarations that a project of its own sees of "tidings/loadtest". Its type check would
 * check the toolkit's sources too, by settings that are not theirs: skipLibCheck leaves out declarations alone.
 * Returns whether there was anything to do.
 */
export async function generateTypings(root: string): Promise<boolean> {
  // Without development dependencies, or where an image installs before it has the sources, nobody writes scripts.
  const needed = [COMPILER, "tsconfig.json", ...SOURCES];
  if (!needed.every((name) => existsSync(join(root, name)))) return false;
  const fingerprint = await typingsFingerprint(root);
  const stamp = join(root, OUTPUT, "fingerprint");
  if ((await readFile(stamp, "utf8").catch(() => "")) === fingerprint) return false;
  const work = await mkdtemp(join(root, ".gen-"));
  try {
    await declare(root, work);
    const made = join(work, "made");
    await copyReached(join(work, "out"), made);
    await writeFile(join(made, "fingerprint"), fingerprint);
    await mkdir(join(root, "gen"), { recursive: true });
    await rm(join(root, OUTPUT), { recursive: true, force: true });
    // Another run may have put its own there in between, which is the same.
    await rename(made, join(root, OUTPUT)).catch(() => {});
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

async function typingsFingerprint(root: string): Promise<string> {
  const sources = await filesBelow(root, SOURCES, /(?<!\.test)\.ts$/);
  const settings = ["tsconfig.json", `${COMPILER}/package.json`];
  return hashOf(await contentsOf(root, [...settings, ...sources]));
}

/** Declarations of the entry and of everything that it imports. */
async function declare(root: string, work: string): Promise<void> {
  const options = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    incremental: false,
    noCheck: true, // `npm run check` does
    rootDir: root,
    outDir: join(work, "out"),
  };
  const project = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: options,
    include: [],
    files: [join(root, `${ENTRY}.ts`)],
  };
  const file = join(work, "tsconfig.json");
  await writeFile(file, JSON.stringify(project));
  await run(process.execPath, [join(root, COMPILER, "bin/tsc"), "-p", file], { cwd: root });
}

const IMPORT = /(\bfrom |\bimport\()"(\.[^"]+)\.ts"/g;

/** Those that the entry's types reach, named as a declaration may import them. */
async function copyReached(from: string, to: string): Promise<void> {
  const reached = new Set([ENTRY]);
  for (const name of reached) {
    const text = await readFile(join(from, `${name}.d.ts`), "utf8");
    for (const [, , path] of text.matchAll(IMPORT))
      reached.add(normalize(join(dirname(name), path)));
    const file = join(to, `${name}.d.ts`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replace(IMPORT, '$1"$2.js"'));
  }
}
