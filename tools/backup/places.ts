import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileError } from "../../services/platform/storage/file-error.ts";

const ELSEWHERE = "Choose a folder elsewhere, on another disk";

/** A repository in the folder that it protects goes with it, and grows by itself if that lies in it. */
export async function refuseNested(repository: string, dataDir: string): Promise<void> {
  if (isWithin(await realPath(repository), await realPath(dataDir))) {
    throw new Error(
      `the repository ${repository} lies in the data folder ${dataDir}. ${ELSEWHERE}`,
    );
  }
  await refuseInRepository(repository, dataDir);
}

/** Nothing but backups may be in a repository: a mesh would serve out of it. */
export async function refuseInRepository(repository: string, dataDir: string): Promise<void> {
  if (!isWithin(await realPath(dataDir), await realPath(repository))) return;
  throw new Error(
    `the data folder ${dataDir} lies in the repository ${repository}: set TIDINGS_DATA_DIR to a folder elsewhere`,
  );
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

/** Where it is when links have been followed; also of what is not there yet. */
async function realPath(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!isMissing || dirname(absolute) === absolute) throw fileError(path, error);
    return join(await realPath(dirname(absolute)), basename(absolute));
  }
}
