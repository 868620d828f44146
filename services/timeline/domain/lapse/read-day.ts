const DAY_MS = 86_400_000;

/** The day since 1970, UTC, that a time is in: what is kept of when a viewer last read. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}
