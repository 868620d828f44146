import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isRunning } from "../programs/is-running.ts";

const run = promisify(execFile);

/** What a run calls its disk and its zone: who is killed takes neither away, and the next one knows whose they are. */
export const ownName = (pid = process.pid) => `tidings-chaos-${pid}`;
const OF_A_RUN = /^tidings-chaos-(\d+)(?:$|-)/;

/** Whether this names something of a run that is over. */
export function isLeft(name: string, isThere: (pid: number) => boolean): boolean {
  const [, pid] = OF_A_RUN.exec(name) ?? [];
  return pid !== undefined && !isThere(Number(pid));
}

/** Where disks of runs that are over are still mounted. `mounts`: as /proc/mounts has them. */
export function mountsLeft(mounts: string, isThere: (pid: number) => boolean): readonly string[] {
  const lines = mounts.split("\n").map((line) => line.split(" "));
  return lines.flatMap(([source, place]) => (isLeft(source, isThere) ? [place] : []));
}

/** Removes disks, zones and folders of runs that were killed; says what it removed. */
export async function removeLeftovers(say: (line: string) => void): Promise<void> {
  if (process.platform === "linux" && process.getuid?.() === 0) await removeAsRoot(say);
  for (const name of readdirSync(tmpdir())) {
    if (!isLeft(name, isRunning)) continue;
    say(`removing what a killed run left: ${join(tmpdir(), name)}`);
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function removeAsRoot(say: (line: string) => void): Promise<void> {
  for (const place of mountsLeft(readFileSync("/proc/mounts", "utf8"), isRunning)) {
    say(`removing what a killed run left: the disk at ${place}`);
    // Lazily: its services end by themselves, perhaps a moment later.
    await run("umount", ["--lazy", place]);
  }
  for (const zone of await zones()) {
    if (!isLeft(zone, isRunning)) continue;
    say(`removing what a killed run left: the network namespace ${zone}`);
    await run("ip", ["netns", "delete", zone]);
  }
}

/** Names of network namespaces; none where `ip` is missing. */
async function zones(): Promise<readonly string[]> {
  const { stdout } = await run("ip", ["netns", "list"]).catch(() => ({ stdout: "" }));
  return stdout.split("\n").map((line) => line.split(" ")[0]);
}
