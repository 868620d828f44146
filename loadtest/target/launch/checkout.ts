import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { TargetError } from "../target-error.ts";

const run = promisify(execFile);

/** The commit of a checkout, with "+" when something was changed since; "unknown" without git. */
export async function commitOf(root: string): Promise<string> {
  const git = async (...args: readonly string[]) =>
    (await run("git", ["-C", root, ...args])).stdout.trim();
  try {
    const commit = await git("rev-parse", "--short", "HEAD");
    const changes = await git("status", "--porcelain");
    return changes === "" ? commit : `${commit}+`;
  } catch {
    return "unknown";
  }
}

/** Throws unless services can be started from there. */
export function checkCheckout(root: string): void {
  for (const needed of ["services/post/main.ts", "node_modules", "gen/fingerprint"]) {
    if (existsSync(join(root, needed))) continue;
    throw new TargetError(
      `${root} has no ${needed}: name a checkout of Tidings in which \`npm ci\` was run.`,
    );
  }
}
