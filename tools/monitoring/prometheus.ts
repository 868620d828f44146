import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, findProgram } from "../programs/find-program.ts";

const run = promisify(execFile);

export interface Prometheus {
  readonly prometheus: string;
  readonly promtool: string;
}

function folder(): string {
  return cacheFolder("prometheus");
}

/** The Prometheus that is here already: unpacked by this tool, or on the PATH. */
export function findPrometheus(): Prometheus | undefined {
  const own = join(folder(), "usr", "bin");
  const prometheus = findProgram("prometheus", own);
  const promtool = findProgram("promtool", own);
  return prometheus && promtool ? { prometheus, promtool } : undefined;
}

/** Unpacks Debian's package into the cache unless it is here: nothing is installed, no service starts. */
export async function installPrometheus(): Promise<Prometheus> {
  const found = findPrometheus();
  if (found) return found;
  await mkdir(folder(), { recursive: true });
  const apt = (...args: string[]) => run("apt-get", args, { cwd: folder() });
  try {
    // A fresh machine has no package lists, so a first failure may only mean that.
    await apt("download", "prometheus").catch(async () => {
      await apt("update");
      await apt("download", "prometheus");
    });
    await run("sh", ["-c", "dpkg-deb -x prometheus_*.deb ."], { cwd: folder() });
  } catch (error) {
    throw new Error(
      `Can't get Debian's package of Prometheus: ${(error as Error).message}\n` +
        "Put prometheus and promtool on the PATH.",
    );
  }
  const unpacked = findPrometheus();
  if (!unpacked) throw new Error(`The package brought no prometheus to ${folder()}`);
  return unpacked;
}
