import { mkdtempSync, rmdirSync, type Stats, statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FolderInUseError, lockFolder } from "../../../services/platform/storage/folder-lock.ts";
import { type Finding, type Look, ok, type Patient, wrong } from "../finding.ts";

/** Clocks of files and of this process are one: a file from later than now was written by another time. */
const MAX_AHEAD_MS = 2_000;

/** Who has the data, and whether the clock has gone back since it was written. */
export const dataFolder: Look = {
  what: "data folder",
  examine: async (patient) => {
    const names = await readdir(patient.dataDir).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (!names) return [place(patient)];
    return [holder(patient), await clock(patient, names)];
  },
};

/** Whether it can be made, tried in the nearest folder that is there. */
function place({ dataDir }: Patient): Finding {
  const above = nearestFolder(dirname(dataDir));
  try {
    rmdirSync(mkdtempSync(join(above, ".try-")));
    return ok("data folder", `${dataDir} is made at the first start`);
  } catch (error) {
    const says = `${dataDir} is not there, and can't be made: ${(error as Error).message}`;
    const remedy = `make ${above} writable for this user, or set TIDINGS_DATA_DIR to another folder`;
    return wrong("data folder", says, remedy);
  }
}

function nearestFolder(path: string): string {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return found || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function holder({ dataDir }: Patient): Finding {
  try {
    const user = userOf(dataDir);
    return ok("data folder", user ?? `${dataDir} is free`);
  } catch (error) {
    const says = `can't be locked: ${(error as Error).message}`;
    return wrong("data folder", says, `make ${dataDir} writable for this user`);
  }
}

/** Which process works with the folder: a mesh that runs; undefined: none. */
export function userOf(dataDir: string): string | undefined {
  try {
    lockFolder(dataDir, { remedy: "a mesh runs on it" }).release();
    return undefined;
  } catch (error) {
    if (error instanceof FolderInUseError) return error.message;
    throw error;
  }
}

async function clock({ dataDir }: Patient, names: readonly string[]): Promise<Finding> {
  const stats = await Promise.all(names.map((name) => stat(join(dataDir, name))));
  const newestMs = Math.max(0, ...stats.map(({ mtimeMs }) => mtimeMs));
  const aheadMs = newestMs - Date.now();
  const now = new Date().toISOString();
  if (aheadMs <= MAX_AHEAD_MS) return ok("clock", `${now}, not before the newest file`);
  return wrong(
    "clock",
    `${now}, and ${dataDir} was written at ${new Date(newestMs).toISOString()}`,
    "correct the clock: below the newest stored id no post is accepted",
  );
}
