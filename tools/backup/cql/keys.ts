import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onFile } from "../../../services/platform/storage/file-error.ts";
import { writeFileBack } from "../embedded/put-back.ts";
import type { Repository } from "../repository/repository.ts";
import { readFileBack, type StoredFile } from "../repository/stored-file.ts";

/**
 * Puts keys and certificates back into the data folder. What is there already must be the same: a restore makes one
 * state of one moment, and a token that another key signed would be refused. Nothing is written before all are looked at.
 */
export async function putKeysBack(
  dataDir: string,
  repository: Repository,
  files: readonly StoredFile[],
): Promise<void> {
  const missing: StoredFile[] = [];
  for (const file of files) {
    const path = join(dataDir, file.path);
    const there = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (there === undefined) missing.push(file);
    else if (
      !there.equals(Buffer.concat(await Array.fromAsync(readFileBack(repository.blocks, file))))
    )
      throw new Error(
        `${path} is there already, and is another than the backup's: move it away, or set TIDINGS_DATA_DIR to another folder`,
      );
  }
  for (const file of missing) {
    await onFile(join(dataDir, file.path), () => writeFileBack(repository, file, dataDir));
  }
}
