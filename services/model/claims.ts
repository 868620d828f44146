import { type PostId, postTimeMs } from "./ids.ts";
import { REQUEST_ID_LIFE_MS } from "./limits.ts";

/** What (author, request_id) names: a post or a comment, and a hash of what was sent. */
export interface Claim {
  readonly id: PostId;
  readonly hash: Buffer;
}

/** What to do with a request whose name is claimed, or not (rule 4.2). */
export type ClaimDecision =
  | { readonly kind: "create" }
  | { readonly kind: "repeat"; readonly id: PostId }
  | { readonly kind: "conflict" };

/** `nowMs`: Unix time. A claim lives 24 hours from the time inside the id. */
export function decideClaim(claim: Claim | undefined, hash: Buffer, nowMs: number): ClaimDecision {
  if (!claim || postTimeMs(claim.id) + REQUEST_ID_LIFE_MS <= nowMs) return { kind: "create" };
  if (!claim.hash.equals(hash)) return { kind: "conflict" };
  return { kind: "repeat", id: claim.id };
}
