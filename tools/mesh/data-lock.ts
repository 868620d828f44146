import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LOCK = "mesh.pid";

/** Keeps two meshes off one data folder: no LMDB file and no log may have two writers. */
export function lockData(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, LOCK);
  const holder = holderOf(dataDir);
  if (holder !== undefined) {
    throw new Error(
      `The data in ${dataDir} is in use by a mesh that runs as process ${holder}. ` +
        "Stop that one first, or set TIDINGS_DATA_DIR to another folder.",
    );
  }
  writeFileSync(file, `${process.pid}\n${startTime(process.pid) ?? ""}\n`);
  return () => rmSync(file, { force: true });
}

/** The mesh that uses this folder, when it is still the same process: ids are given out again. */
export function holderOf(dataDir: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, LOCK), "utf8");
  } catch {
    return undefined;
  }
  const [pid = "", started = ""] = text.split("\n");
  const now = startTime(Number(pid));
  const alive = now === undefined ? isAlive(Number(pid)) : now === started;
  return alive ? Number(pid) : undefined;
}

/** Field 22 of /proc/PID/stat (clock ticks since boot); undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid > 0;
  } catch {
    return false;
  }
}
