import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { PostLookup } from "../../ports.ts";

/** A stored post: one byte that says whether it is deleted, then the author, then the message. */
const FOUND = 0;
const DELETED = 1;
const AUTHOR_START = 1;
const MESSAGE_START = 9;

export function encodePostRow(author: bigint, message: Uint8Array, isDeleted: boolean): Buffer {
  const row = Buffer.allocUnsafe(MESSAGE_START + message.length);
  row[0] = isDeleted ? DELETED : FOUND;
  row.set(u64Key(author), AUTHOR_START);
  row.set(message, MESSAGE_START);
  return row;
}

/** The message is a view of the row. */
export function lookupOf(row: Buffer | undefined): PostLookup {
  if (!row) return { kind: "unknown" };
  const kind = row[0] === DELETED ? "deleted" : "found";
  return { kind, message: row.subarray(MESSAGE_START) };
}

export function isDeletedRow(row: Buffer): boolean {
  return row[0] === DELETED;
}

export function authorOfRow(row: Buffer): bigint {
  return readU64(row, AUTHOR_START);
}
