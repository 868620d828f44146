import { hash } from "node:crypto";
import { type PostId, postTimeMs } from "../../model/ids.ts";
import { REQUEST_ID_LIFE_MS } from "../../model/limits.ts";

/** What (author, request_id) names: a post, and a hash of its text. */
export interface Claim {
  readonly postId: PostId;
  readonly textHash: Buffer;
}

/** What to do with a request whose name is claimed, or not (rule 4.2). */
export type ClaimDecision =
  | { readonly kind: "create" }
  | { readonly kind: "repeat"; readonly postId: PostId }
  | { readonly kind: "conflict" };

const HASH_BYTES = 16;

/** Tells texts apart: the first 128 bits of SHA-256. */
export function textHashOf(text: Uint8Array): Buffer {
  return hash("sha256", text, "buffer").subarray(0, HASH_BYTES);
}

/** `nowMs`: Unix time. A claim lives 24 hours from the time inside its post's id. */
export function decideClaim(
  claim: Claim | undefined,
  textHash: Buffer,
  nowMs: number,
): ClaimDecision {
  if (!claim || postTimeMs(claim.postId) + REQUEST_ID_LIFE_MS <= nowMs) return { kind: "create" };
  if (!claim.textHash.equals(textHash)) return { kind: "conflict" };
  return { kind: "repeat", postId: claim.postId };
}
