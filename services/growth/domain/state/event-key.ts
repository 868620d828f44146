import { hash } from "node:crypto";

export const KEY_WORDS = 4;
/** The first 128 bits of the SHA-256 of an event's id: of 10^12 ids no two meet, but once in 10^14. */
export type EventKey = Uint32Array;

/** The key of an id, as text or as the bytes of its UTF-8. */
export function eventKeyOf(eventId: string | Uint8Array): EventKey {
  const digest = hash("sha256", eventId, "buffer");
  const key = new Uint32Array(KEY_WORDS);
  for (let i = 0; i < KEY_WORDS; i++) key[i] = digest.readUInt32LE(4 * i);
  return key;
}
