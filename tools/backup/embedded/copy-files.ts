import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { LOCK_FILES } from "../../../services/platform/storage/folder-lock.ts";
import { startInName } from "../../../services/platform/storage/log/segments.ts";
import { BLOCK_BYTES, type Blocks } from "../repository/blocks.ts";
import { type Stored, storeFile } from "../repository/stored-file.ts";

interface Found {
  /** Below the part's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Of a file that is replaced as a whole it changes with the content. */
  readonly version: string;
}

const UNFINISHED = /\.tmp$/;
const TRIES = 5;

/**
 * The files of a folder that its owner goes on writing: segments of a log, which only grow, and files that
 * are replaced as a whole, by renaming. Segments come last, in their order: what is copied of a log is one that
 * ended at that moment. When another file was replaced, or a segment removed, meanwhile, all is copied again.
 */
export async function copyFiles(
  blocks: Blocks,
  folder: string,
  pathOf: (path: string) => string,
): Promise<readonly Stored[]> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const before = await find(folder);
    try {
      const copied: Stored[] = [];
      for (const { path, bytes } of before) {
        if (bytes === 0) continue;
        const end = bytes - 1;
        const content = createReadStream(join(folder, path), { end, highWaterMark: BLOCK_BYTES });
        copied.push(await storeFile(blocks, pathOf(path), content));
      }
      if (isPast(before, await find(folder))) return copied;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error(`${folder} was changed ${TRIES} times while it was copied: try again`);
}

/** Whether a log and its snapshot of `before` have not been replaced since: there may be more log. */
function isPast(before: readonly Found[], after: readonly Found[]): boolean {
  const now = new Map(after.map(({ path, version }) => [path, version]));
  return before.every(({ path, version }) =>
    isSegment(path) ? now.has(path) : now.get(path) === version,
  );
}

async function find(folder: string): Promise<readonly Found[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !LOCK_FILES.includes(entry.name) && !UNFINISHED.test(entry.name),
  );
  const found = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeNs, ino } = await stat(path, { bigint: true });
      return { path: relative(folder, path), bytes: Number(size), version: `${ino} ${mtimeNs}` };
    }),
  );
  return found.sort(
    (a, b) => Number(isSegment(a.path)) - Number(isSegment(b.path)) || (a.path < b.path ? -1 : 1),
  );
}

function isSegment(path: string): boolean {
  return startInName(path.slice(path.lastIndexOf("/") + 1)) !== undefined;
}
