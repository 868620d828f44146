import { constants, existsSync, rmSync, statfsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  FolderInUseError,
  LOCK_FILES,
  lockFolder,
} from "../../../services/platform/storage/folder-lock.ts";
import { TargetError } from "../target-error.ts";

export interface DataFolderOptions {
  /** A prefilled folder: the data begin as a copy of it, and it stays as it is. */
  readonly dataDir?: string | undefined;
  /** Where data are kept afterwards; by default they are in a temporary folder and go with it. */
  readonly keepIn?: string | undefined;
  /** Of the checkout: its .data is used when the temporary folder is no disk. */
  readonly root: string;
}

/** Locks of who had the folder before, and what no service reads. */
const NOT_COPIED = new Set([...LOCK_FILES, "logs", "engines", "compile-cache"]);
/** statfs(2): a file system in memory. A sync costs nothing there, and so would every append. */
const TMPFS_MAGIC = 0x01021994;

export interface DataFolder extends AsyncDisposable {
  readonly path: string;
}

/** The folder of a mesh that is about to start. */
export async function openDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const { dataDir, keepIn } = options;
  using prefilled = dataDir === undefined ? undefined : lockPrefilled(dataDir);
  const path = keepIn ?? (await temporaryFolder(options.root));
  // Whoever leaves at once, as by a second Ctrl-C, disposes nothing.
  const removeAtExit = () => rmSync(path, { recursive: true, force: true });
  if (keepIn === undefined) process.once("exit", removeAtExit);
  const dispose = async () => {
    if (keepIn !== undefined) return;
    await rm(path, { recursive: true, force: true });
    process.off("exit", removeAtExit);
  };
  try {
    await mkdir(path, { recursive: true });
    if (prefilled) await copy(prefilled.path, path);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: dispose };
}

async function temporaryFolder(root: string): Promise<string> {
  const isMemory = statfsSync(tmpdir()).type === TMPFS_MAGIC;
  const parent = isMemory ? join(root, ".data") : tmpdir();
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, "tidings-load-"));
}

/** Keeps meshes off the folder until it is copied: a copy of what is being written is no copy. */
function lockPrefilled(dataDir: string): Disposable & { readonly path: string } {
  if (!existsSync(join(dataDir, "post"))) {
    throw new TargetError(
      `No data of a mesh in ${dataDir}: make them with \`npm run load -- prefill\`, or leave it out.`,
    );
  }
  try {
    const { release } = lockFolder(dataDir, { shared: true });
    return { path: dataDir, [Symbol.dispose]: release };
  } catch (error) {
    if (error instanceof FolderInUseError) throw new TargetError(error.message, { cause: error });
    throw error;
  }
}

/** Shares blocks with the original where the file system can: a copy of many GB then takes no time. */
async function copy(from: string, to: string): Promise<void> {
  try {
    await cp(from, to, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (source) => !NOT_COPIED.has(basename(source)),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw new TargetError(
      `No room for a copy of ${from} in ${to}: free some, or set TMPDIR to where there is more.`,
      { cause: error },
    );
  }
}
