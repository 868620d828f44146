import { hash } from "node:crypto";
import type { UserId } from "../../../model/ids.ts";

const KEY_BYTES = 16;
const DAY_MS = 86_400_000;

/** Longer than anything of a person can be on its way: outbox rows of 14 days, tokens of 30. */
export const ERASED_LIFE_MS = 45 * DAY_MS;

/**
 * How hidden and erased people are remembered: 128 bits of SHA-256, of `as` ("author") and the id, so that the
 * rows of two services have no key in common. Who can try all ids can find whose it is, so it is a pseudonym,
 * and has an end (ERASED_LIFE_MS).
 */
export function personKey(as: string, person: UserId): Buffer {
  return hash("sha256", `${as} ${person}`, "buffer").subarray(0, KEY_BYTES);
}
