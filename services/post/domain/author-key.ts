import { hash } from "node:crypto";
import type { UserId } from "../../model/ids.ts";

const KEY_BYTES = 16;

/**
 * How hidden and erased authors are remembered: 128 bits of SHA-256. Who can try all ids can find whose it
 * is, so it is a pseudonym, and has an end (ERASED_LIFE_MS).
 */
export function authorKey(author: UserId): Buffer {
  return hash("sha256", `author ${author}`, "buffer").subarray(0, KEY_BYTES);
}

const DAY_MS = 86_400_000;
/** Longer than anything of an author can be on its way: outbox rows of 14 days, tokens of 30. */
export const ERASED_LIFE_MS = 45 * DAY_MS;
