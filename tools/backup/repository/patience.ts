import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import {
  FolderInUseError,
  type FolderLock,
  lockFolder,
  lockToRead,
} from "../../../services/platform/storage/folder-lock.ts";

/** How long to wait for who works with a repository, and who is told, once, that somebody waits. */
export interface Patience {
  readonly waitMs: number;
  onWait(message: string): void;
}

const MS_PER_S = 1_000;
const POLL_MS = 200;
const REMEDY = "another backup or restore works with it, so try again when that has ended";

/** Of somebody who looks on. */
export const PATIENT: Patience = {
  waitMs: 10 * MS_PER_S,
  onWait: (message) => console.error(message),
};
export const IMPATIENT: Patience = { waitMs: 0, onWait: () => {} };

/** Who only reads a repository keeps writers out, and no readers. */
export type Access = "read" | "write";

/** The lock of a repository, as soon as it is to be had. @throws FolderInUseError, FileError */
export async function lockPatiently(
  folder: string,
  patience: Patience,
  access: Access = "write",
): Promise<FolderLock> {
  const lock = access === "read" ? lockToRead : lockFolder;
  const byMs = systemClock.monotonicMs() + patience.waitMs;
  for (let isSaid = false; ; isSaid = true) {
    try {
      return lock(folder, { remedy: REMEDY });
    } catch (error) {
      if (!(error instanceof FolderInUseError) || systemClock.monotonicMs() >= byMs) throw error;
      const seconds = patience.waitMs / MS_PER_S;
      if (!isSaid) patience.onWait(`${folder} is in use: waits for at most ${seconds} s`);
      await systemClock.delay(POLL_MS);
    }
  }
}
