import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FolderInUseError, lockFolder } from "../../../services/platform/storage/folder-lock.ts";
import { type Finding, type Look, ok, type Patient, wrong } from "../finding.ts";

/** Clocks of files and of this process are one: a file from later than now was written by another time. */
const MAX_AHEAD_MS = 2_000;

/** Who has the data, and whether the clock has gone back since it was written. */
export const dataFolder: Look = {
  what: "data folder",
  examine: async (patient) => {
    const names = await readdir(patient.dataDir).catch(() => undefined);
    if (!names) return [ok("data folder", `${patient.dataDir} is made at the first start`)];
    return [holder(patient), await clock(patient, names)];
  },
};

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
