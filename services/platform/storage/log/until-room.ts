import { setTimeout as delay } from "node:timers/promises";

/** Between two tries, ms: somebody makes room, or nobody does. */
const RETRY_MS = 250;
/** The disk, and what somebody may use of it. */
const NO_ROOM = ["ENOSPC", "EDQUOT"];

export function isNoRoom(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && NO_ROOM.includes(code);
}

/**
 * Does it again until the disk has room for it; what else goes wrong is thrown. It must leave nothing behind when it
 * fails. `onNoRoom` is told of each try that failed.
 */
export async function untilRoom<T>(
  act: () => Promise<T>,
  onNoRoom: (error: unknown) => void,
): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      onNoRoom(error);
      await delay(RETRY_MS);
    }
  }
}
