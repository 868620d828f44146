import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, findProgram } from "./find-program.ts";

const run = promisify(execFile);

/** Where programs that Go builds are kept, for all checkouts of this user. */
const binFolder = () => cacheFolder("bin");

/** The path of a program that is here already: built by `installGoProgram`, or on the PATH. */
export function findGoProgram(name: string): string | undefined {
  return findProgram(name, binFolder());
}

/** Builds a program ("github.com/…/cmd/ghz@v0.93.0") with Go unless it is here already. Gives its path. */
export async function installGoProgram(name: string, source: string): Promise<string> {
  const found = findGoProgram(name);
  if (found) return found;
  await mkdir(binFolder(), { recursive: true });
  try {
    await run("go", ["install", source], { env: { ...process.env, GOBIN: binFolder() } });
  } catch (error) {
    throw new Error(
      `Can't build ${name} with Go: ${(error as Error).message}\n` +
        `Install Go, or put ${name} on the PATH.`,
    );
  }
  return join(binFolder(), name);
}
