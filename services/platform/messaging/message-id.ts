import { createHash, randomBytes } from "node:crypto";
import type { Event } from "#gen/event/v1/event.ts";

const ID_BYTES = 16;

/** For a new event: it is stored with the change, so all copies of the message have it. */
export function newMessageId(): Buffer {
  return randomBytes(ID_BYTES);
}

/** What all copies of one message have in common, in hex. An old one, without an id, has its content. */
export function messageIdOf({ messageId }: Pick<Event, "messageId">, payload: Uint8Array): string {
  if (messageId.length > 0) return messageId.toString("hex");
  return createHash("sha256")
    .update(payload)
    .digest("hex")
    .slice(0, 2 * ID_BYTES);
}
