import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type Fault, seconds } from "../fault.ts";
import { ownName } from "../leftovers.ts";

const run = promisify(execFile);
const DISK_MIB = 64;
const FULL_MS = seconds(5);
const PIECE = Buffer.alloc(64 * 1_024);

/** All that the mesh writes is on a small disk of its own, which fills up and is emptied again. */
export const DISK_FULL: Fault = {
  name: "disk-full",
  what: `the disk of all services is full for ${FULL_MS / 1_000} s`,
  engines: "embedded",
  needsRoot: true,
  prepare: async ({ own, later }) => {
    const disk = join(own.options.dataDir, "disk");
    await mkdir(disk);
    await run("mount", ["-t", "tmpfs", "-o", `size=${DISK_MIB}m`, ownName(), disk]);
    later.defer(async () => void (await run("umount", [disk])));
    return {
      mesh: { dataDir: disk },
      happen: async () => {
        const filler = join(disk, "filler");
        await fill(filler);
        // What others free meanwhile is taken, too.
        const refilling = setInterval(() => void fill(filler), 100);
        await delay(FULL_MS);
        clearInterval(refilling);
        await rm(filler);
      },
    };
  },
};

async function fill(path: string): Promise<void> {
  try {
    for (;;) await writeFile(path, PIECE, { flag: "a" });
  } catch {}
}
