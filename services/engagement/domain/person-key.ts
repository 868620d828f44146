import { hash } from "node:crypto";
import type { UserId } from "../../model/ids.ts";

const KEY_BYTES = 16;
const DAY_MS = 86_400_000;

/** How long an erased person is remembered: longer than a token lives, or a message may be on its way. */
export const ERASED_LIFE_MS = 45 * DAY_MS;

/** What is remembered of a hidden or erased person: a pseudonym, 128 bits of SHA-256. */
export function personKey(user: UserId): Buffer {
  return hash("sha256", `engagement ${user}`, "buffer").subarray(0, KEY_BYTES);
}
