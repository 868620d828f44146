import { createHash } from "node:crypto";
import type { CommentDraft } from "../ports.ts";

const HASH_BYTES = 16;

/** Tells drafts apart that have the same request id. */
export function draftHash({ postId, parentId, text }: CommentDraft): Buffer {
  const hash = createHash("sha256").update(`${postId} ${parentId} `).update(text);
  return hash.digest().subarray(0, HASH_BYTES);
}
