import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { LOCK_FILES } from "../../../services/platform/storage/folder-lock.ts";
import { DamagedBackupError, syncFolder } from "./blocks.ts";
import { type EngineName, ForeignBackupError } from "./manifest.ts";

export const FACTS = "repository.json";
export const FORMAT = "tidings-backups";
/** What somebody may have left who was about to make a repository. */
export const BEFORE_FACTS: readonly string[] = [...LOCK_FILES, `${FACTS}.tmp`];

/** What a folder says that has backups. */
export interface Facts {
  readonly format?: string;
  readonly id: string;
  readonly engine: EngineName;
}

/** Undefined: there is none. */
export async function readFacts(folder: string): Promise<Facts | undefined> {
  const path = join(folder, FACTS);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Facts;
  } catch (cause) {
    throw new DamagedBackupError(`${path} is damaged: it is no JSON`, { cause });
  }
}

export function refuseForeign(folder: string, facts: Facts, engine: EngineName | undefined): void {
  if (facts.format !== FORMAT) {
    throw new ForeignBackupError(`${folder} has no backups of a mesh: its ${FACTS} is not ours`);
  }
  if (engine === undefined || facts.engine === engine) return;
  throw new ForeignBackupError(
    `${folder} has backups of TIDINGS_ENGINE=${facts.engine}, and this is ${engine}: choose another folder`,
  );
}

export async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const written = join(folder, `${name}.tmp`);
  const file = await open(written, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, join(folder, name));
  await syncFolder(folder);
}
