import { StoreAway } from "../ports.ts";

/** SQLite's codes for what is wrong with the file and not with a row: busy, read-only, I/O, corrupt, full, can't open. */
const BUSY = 5;
const AWAY: ReadonlySet<unknown> = new Set([BUSY, 8, 10, 11, 13, 14, 26]);
const PRIMARY_CODE = 0xff;

/** The error, as StoreAway when the whole file can't be used. */
export function asAway(error: unknown): unknown {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) {
    return error;
  }
  const code = error.errcode & PRIMARY_CODE;
  if (!AWAY.has(code)) return error;
  const remedy =
    code === BUSY ? ": another process writes to it; begin again when that has ended" : "";
  return new StoreAway(`${error.message}${remedy}`);
}
