import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Keeps a folder to one process, until it is closed or the process has died. */
export interface FolderLock {
  release(): void;
}

/**
 * Claims the folder. LMDB itself would let two processes in, but then each would miss what the other has
 * in hand. Throws when another living process has it; the lock of a dead one is taken over.
 */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, "process.lock");
  if (!create(file)) {
    const owner = readFileSync(file, "utf8");
    if (isAlive(owner)) {
      const [pid] = owner.split(" ");
      throw new Error(`${folder} is in use by process ${pid}: stop it, or set TIDINGS_DATA_DIR`);
    }
    rmSync(file);
    if (!create(file)) throw new Error(`${folder} is in use by a process that started just now`);
  }
  return { release: () => rmSync(file, { force: true }) };
}

function create(file: string): boolean {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, `${process.pid} ${startOf(process.pid)}`);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isAlive(owner: string): boolean {
  const [pid, start] = owner.split(" ");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startOf(Number(pid)) === start;
}

/** Tells a process from a later one with the same id: field 22 of proc_pid_stat(5), where there is one. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}
