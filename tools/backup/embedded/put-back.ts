import { createWriteStream, existsSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { onFile } from "../../../services/platform/storage/file-error.ts";
import { LOCK_FILES, lockFolder } from "../../../services/platform/storage/folder-lock.ts";
import { redoEmbedded } from "../erasures/embedded-people.ts";
import type { Redone } from "../erasures/redo.ts";
import type { OnProgress } from "../progress.ts";
import { syncFolder } from "../repository/blocks.ts";
import type { Repository } from "../repository/repository.ts";
import { readFileBack, type StoredFile } from "../repository/stored-file.ts";
import { PARTS } from "./parts.ts";

const STAGED = "restoring";

export interface PutBack {
  readonly dataDir: string;
  readonly repository: Repository;
  readonly files: readonly StoredFile[];
  readonly momentMs: number;
  readonly nowMs: number;
  readonly onProgress: OnProgress;
}

/**
 * Puts the files of a backup into a data folder where there is no mesh: aside first, and each part gets its name
 * when all are whole and durable. Gives what becomes of erasures.
 */
export async function putBackEmbedded(options: PutBack): Promise<Redone> {
  const { dataDir, repository, files, momentMs, nowMs, onProgress } = options;
  const lock = lockFolder(dataDir);
  try {
    refuseWhatIsThere(dataDir);
    const staged = join(dataDir, STAGED);
    await rm(staged, { recursive: true, force: true });
    try {
      for (const file of files) {
        await onFile(staged, () => writeFileBack(repository, file, staged));
        onProgress({ part: file.path, bytes: file.bytes });
      }
    } catch (error) {
      // A disk that is full stays full of what nobody needs, else.
      await rm(staged, { recursive: true, force: true });
      throw error;
    }
    const again = await redoEmbedded(staged, momentMs, nowMs);
    for (const name of readdirSync(staged)) {
      // One that was there has nothing but locks.
      await rm(join(dataDir, name), { recursive: true, force: true });
      await rename(join(staged, name), join(dataDir, name));
    }
    await rm(staged, { recursive: true });
    await syncFolder(dataDir);
    return again;
  } finally {
    lock.release();
  }
}

/** What is there now would be neither the one state nor the other. */
function refuseWhatIsThere(dataDir: string): void {
  const there = [...PARTS.map(({ name }) => name), "timeline"].filter((name) => {
    const folder = join(dataDir, name);
    return existsSync(folder) && readdirSync(folder).some((file) => !LOCK_FILES.includes(file));
  });
  if (there.length === 0) return;
  throw new Error(
    `${dataDir} has ${there.join(", ")} already, and a restore makes one state of one moment: move them ` +
      "away, or set TIDINGS_DATA_DIR to another folder",
  );
}

/** The file below the folder, durable. */
export async function writeFileBack(repository: Repository, file: StoredFile, folder: string) {
  const path = join(folder, file.path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const content = readFileBack(repository.blocks, file);
  await pipeline(content, createWriteStream(path, { mode: 0o600, flush: true }));
  await syncFolder(dirname(path));
}
