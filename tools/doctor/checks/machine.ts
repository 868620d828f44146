import type { StatsFs } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import { type Finding, type Look, ok, type Patient, warning, wrong } from "../finding.ts";

const GIB = 1_024 ** 3;
/** Under this the next hour of writes may be the last, bytes. */
const MIN_FREE_BYTES = 2 * GIB;
/** What the mesh of `npm start` and its engines take beside other programs, bytes. */
const MIN_MEMORY_BYTES = 4 * GIB;
/** Streams, connections and files of one busy gateway. */
const MIN_OPEN_FILES = 4_096;

/** Disk, memory, and how many files a process may open. */
export const machine: Look = {
  what: "machine",
  examine: async (patient) => [await disk(patient), memory(), await openFiles()],
};

async function disk({ dataDir }: Patient): Promise<Finding> {
  const { bavail, blocks, bsize } = await nearestFolder(dataDir);
  const free = bavail * bsize;
  const says = `${gib(free)} of ${gib(blocks * bsize)} free for ${dataDir}`;
  if (free >= MIN_FREE_BYTES) return ok("disk", says);
  return wrong("disk", says, "make room: a full disk makes writes UNAVAILABLE");
}

/** Before the first start the folder is not there: then the disk on which it will be. */
async function nearestFolder(folder: string): Promise<StatsFs> {
  try {
    return await statfs(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || folder === dirname(folder))
      throw error;
    return await nearestFolder(dirname(folder));
  }
}

function memory(): Finding {
  const says = `${gib(totalmem())} in all`;
  if (totalmem() >= MIN_MEMORY_BYTES) return ok("memory", says);
  return warning(
    "memory",
    says,
    "lower the bounds of memory (docs/configuration.md), or run fewer services",
  );
}

async function openFiles(): Promise<Finding> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => undefined);
  const soft = limits && /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (!soft) return ok("open files", "unknown here");
  if (soft === "unlimited" || Number(soft) >= MIN_OPEN_FILES)
    return ok("open files", `${soft} allowed`);
  return warning("open files", `${soft} allowed to a process`, `ulimit -n ${MIN_OPEN_FILES}`);
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
