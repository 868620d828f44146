import { existsSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "../progress.ts";
import type { Repository } from "../repository/repository.ts";
import { type Stored, type StoredFile, storeFile } from "../repository/stored-file.ts";
import { copyFiles } from "./copy-files.ts";
import { copyLmdb, LMDB_FILE } from "./copy-lmdb.ts";
import { PARTS, type Part } from "./parts.ts";

/** So that nobody takes an empty folder for a mesh. One may be of a bookstore alone: keys make none. */
export function refuseNoMesh(dataDir: string): void {
  const ofServices = PARTS.filter(({ isOfAllEngines }) => !isOfAllEngines);
  if (ofServices.some(({ name }) => existsSync(join(dataDir, name)))) return;
  throw new Error(`${dataDir} has nothing of a mesh: set TIDINGS_DATA_DIR to its folder`);
}

/** Copies those of the parts that are in the data folder, whether the mesh serves or not. */
export async function takeParts(
  parts: readonly Part[],
  dataDir: string,
  repository: Repository,
  onProgress: OnProgress,
): Promise<readonly StoredFile[]> {
  const scratch = await repository.scratch();
  const files: StoredFile[] = [];
  for (const part of parts.filter(({ name }) => existsSync(join(dataDir, name)))) {
    const stored = await copyPart(part, join(dataDir, part.name), repository, scratch);
    files.push(...stored.map(({ file }) => file));
    onProgress({
      part: part.name,
      bytes: stored.reduce((sum, { file }) => sum + file.bytes, 0),
      added: stored.reduce((sum, { added }) => sum + added, 0),
    });
  }
  return files;
}

async function copyPart(
  { name, kind }: Part,
  folder: string,
  { blocks }: Repository,
  scratch: string,
): Promise<readonly Stored[]> {
  if (kind === "files") return copyFiles(blocks, folder, (path) => `${name}/${path}`);
  return [await storeFile(blocks, `${name}/${LMDB_FILE}`, copyLmdb(folder, scratch))];
}
