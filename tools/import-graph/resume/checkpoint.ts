import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { replaceFile } from "../../../services/platform/storage/replace-file.ts";

/** How far an import of one file into one service is: all lines up to `doneLines` are done. */
export interface Checkpoint {
  readonly doneLines: number;
  /** Where one that is to be resumed begins, and why: for people. */
  readonly about: string;
  save(doneLines: number): Promise<void>;
  /** The import is over: the next one begins anew. */
  clear(): Promise<void>;
}

interface Saved {
  readonly file: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly doneLines: number;
}

/**
 * In a file of `folder`, named after the graph file and where it goes. A graph file that has changed since
 * is not gone on with.
 */
export async function openCheckpoint(
  folder: string,
  path: string,
  options: string,
): Promise<Checkpoint> {
  const file = resolve(path);
  const { size: bytes, mtimeMs: modifiedMs } = await stat(file);
  const name = createHash("sha256").update(`${file}\n${options}`).digest("hex").slice(0, 16);
  const place = join(folder, `${name}.json`);
  const saved = await readSaved(place);
  const isSame = saved?.bytes === bytes && saved.modifiedMs === modifiedMs;
  return {
    doneLines: isSame ? saved.doneLines : 0,
    about: aboutResume(saved, isSame),
    save: async (doneLines) => {
      const state: Saved = { file, bytes, modifiedMs, doneLines };
      await mkdir(folder, { recursive: true });
      await replaceFile(place, JSON.stringify(state));
    },
    clear: () => rm(place, { force: true }),
  };
}

function aboutResume(saved: Saved | undefined, isSame: boolean): string {
  if (saved === undefined)
    return "no run of this file was stopped, with these options: from the first line on";
  if (!isSame) return "the file has changed since it was stopped in: from the first line on";
  return `goes on behind line ${saved.doneLines}`;
}

async function readSaved(place: string): Promise<Saved | undefined> {
  try {
    return JSON.parse(await readFile(place, "utf8")) as Saved;
  } catch {
    return undefined; // none, or cut short: begin anew, adding a friend twice does no harm
  }
}
