import { LRUCache } from "lru-cache";
import type { UserId } from "../../model/ids.ts";
import type { SharedAuthorQuota } from "../ports.ts";
import { type Bucket, type Quota, takeToken } from "./quota.ts";

/** Authors whose quota is remembered; who is forgotten starts with a full bucket. */
const MAX_AUTHORS = 100_000;

/**
 * The quota of posts of each author, in the memory of this process. Calls go to replicas in turn, so
 * with N of them an author has up to N times the burst: configure each with its share. Where a quota is
 * shared by all replicas, that decides as long as it can.
 */
export class AuthorQuotas {
  readonly #quota: Quota;
  readonly #buckets = new LRUCache<UserId, Bucket>({ max: MAX_AUTHORS });

  readonly #shared: SharedAuthorQuota | undefined;

  constructor(quota: Quota, shared?: SharedAuthorQuota) {
    this.#quota = quota;
    this.#shared = shared;
  }

  /** Takes one post from the author's quota. Undefined when there was one; else ms until there is. */
  take(author: UserId, nowMs: number): number | undefined {
    const shared = this.#shared?.take(author);
    if (shared !== undefined) return shared === "allowed" ? undefined : shared;
    const decision = takeToken(this.#quota, this.#buckets.get(author), nowMs);
    if (decision.kind === "refused") return decision.retryAfterMs;
    this.#buckets.set(author, decision.bucket);
    return undefined;
  }

  /** Of a post that was not made now. */
  giveBack(author: UserId): void {
    const bucket = this.#buckets.get(author);
    if (!bucket) return;
    const tokens = Math.min(this.#quota.burst, bucket.tokens + 1);
    this.#buckets.set(author, { ...bucket, tokens });
  }
}
