import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Checkout extends AsyncDisposable {
  readonly root: string;
  readonly commit: string;
}

/**
 * A commit of this repository in a folder of its own, ready to run. It has this checkout's packages when it wants
 * the same ones, and else installs its own. @throws Error git or npm failed, with what they said
 */
export async function checkOut(root: string, revision: string, folder: string): Promise<Checkout> {
  const git = (...args: readonly string[]) => run("git", ["-C", root, ...args]);
  const commit = (await git("rev-parse", "--short", `${revision}^{commit}`)).stdout.trim();
  const path = join(folder, commit);
  if (!existsSync(path)) await git("worktree", "add", "--detach", "--force", path, commit);
  await usePackages(root, path);
  await run(process.execPath, ["tools/generate/main.ts"], { cwd: path });
  return {
    root: path,
    commit,
    [Symbol.asyncDispose]: async () => void (await git("worktree", "remove", "--force", path)),
  };
}

/** Ours, when all that it names is there in the same version; else its own. */
async function usePackages(root: string, path: string): Promise<void> {
  if (existsSync(join(path, "node_modules"))) return;
  const [ours, theirs] = await Promise.all([versionsIn(root), versionsIn(path)]);
  const isThere = Object.entries(theirs).every(([name, version]) => ours[name] === version);
  if (isThere) await symlink(join(root, "node_modules"), join(path, "node_modules"));
  else await run("npm", ["ci"], { cwd: path });
}

async function versionsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  const { dependencies, devDependencies } = JSON.parse(text) as PackageFile;
  return { ...dependencies, ...devDependencies };
}

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
