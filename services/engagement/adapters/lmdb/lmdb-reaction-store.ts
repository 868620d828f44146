import { decideClaim } from "../../../model/claims.ts";
import { type PostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import { CLAIM_TABLES, LmdbClaims } from "../../../platform/storage/claims/lmdb-claims.ts";
import type { IdSource } from "../../../platform/storage/ids/id-source.ts";
import { readU64 } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import { draftHash } from "../../domain/draft-hash.ts";
import type {
  Comment,
  CommentDraft,
  CommentOutcome,
  Counts,
  Page,
  Reaction,
  ReactionStore,
} from "../../ports.ts";
import { type Change, reactionEvent } from "../reaction-event.ts";
import type { ReactionTables } from "./reaction-tables.ts";
import { decodeComment, decodeCounts, idsKey } from "./rows.ts";

export interface LmdbReactionDeps {
  readonly lmdb: Lmdb;
  readonly outbox: LmdbOutbox;
  readonly ids: Pick<IdSource, "next">;
  readonly clock: Clock;
}

/**
 * Likes and comments in LMDB. A change, its counts and its event are one transaction, and transactions come
 * one after the other: so counts are exact. All changes that wait share a sync.
 */
export class LmdbReactionStore implements ReactionStore {
  readonly #deps: LmdbReactionDeps;
  readonly #tables: ReactionTables;
  readonly #claims: LmdbClaims;

  constructor(deps: LmdbReactionDeps, tables: ReactionTables) {
    this.#deps = deps;
    this.#tables = tables;
    this.#claims = new LmdbClaims(
      Array.from({ length: CLAIM_TABLES }, (_, i) => deps.lmdb.table(`comment-claims-${i}`)),
    );
  }

  like(user: UserId, post: PostId, traceId: string): Promise<boolean> {
    const like = { user, post, comment: 0n };
    return this.#deps.lmdb.commit((tx) => {
      if (!this.#tables.add(tx, like, idsKey(BigInt(this.#deps.clock.nowMs())))) return false;
      this.#tell(tx, "liked", like, traceId);
      return true;
    });
  }

  unlike(user: UserId, post: PostId, traceId: string): Promise<boolean> {
    const like = { user, post, comment: 0n };
    return this.#deps.lmdb.commit((tx) => {
      if (!this.#tables.remove(tx, like)) return false;
      this.#tell(tx, "unliked", like, traceId);
      return true;
    });
  }

  comment(draft: CommentDraft, traceId: string): Promise<CommentOutcome> {
    return this.#deps.lmdb.commit((tx) => this.#commentIn(tx, draft, traceId));
  }

  async deleteComment(comment: Reaction, traceId: string): Promise<void> {
    await this.#deps.lmdb.commit((tx) => {
      if (!this.#tables.remove(tx, comment)) return;
      this.#tell(tx, "comment-deleted", comment, traceId);
    });
  }

  async findComment(post: PostId, comment: bigint): Promise<Comment | undefined> {
    const key = idsKey(post, comment);
    const row = this.#tables.comments.get(key);
    return row && decodeComment(key, row);
  }

  async counts(posts: readonly PostId[]): Promise<readonly Counts[]> {
    return posts.map((post) => decodeCounts(this.#tables.counts.peek(idsKey(post))));
  }

  async liked(user: UserId, posts: readonly PostId[]): Promise<readonly boolean[]> {
    return posts.map((post) => this.#tables.likes.has(idsKey(post, user)));
  }

  async likers(post: PostId, after: string, limit: number): Promise<Page<UserId>> {
    const from = idsKey(post, after === "" ? 0n : BigInt(after) + 1n);
    const range = { from, before: idsKey(post + 1n), limit: limit + 1 };
    const found = [...this.#tables.likes.keys(range)].map((key) => trustedUserId(readU64(key, 8)));
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? String(items.at(-1)) : "" };
  }

  async comments(post: PostId, before: bigint, limit: number): Promise<readonly Comment[]> {
    const end = before === 0n ? idsKey(post + 1n) : idsKey(post, before);
    const range = { from: idsKey(post), before: end, reverse: true, limit };
    const rows = [...this.#tables.comments.entries(range)];
    return rows.map(({ key, value }) => decodeComment(key, value));
  }

  #commentIn(tx: WriteTx, draft: CommentDraft, traceId: string): CommentOutcome {
    const { authorId, postId, requestId } = draft;
    const nowMs = this.#deps.clock.nowMs();
    const hash = draftHash(draft);
    const isNamed = requestId !== "";
    const claim = isNamed ? this.#claims.find(tx, authorId, requestId, nowMs) : undefined;
    const decision = decideClaim(claim, hash, nowMs);
    if (decision.kind === "conflict") return decision;
    // Deleted since, it is not written again.
    if (decision.kind === "repeat") {
      return { kind: "created", comment: { ...draft, commentId: decision.id } };
    }
    const commentId = this.#deps.ids.next();
    const comment = { ...draft, commentId };
    const reaction = { user: authorId, post: postId, comment: commentId };
    this.#tables.addComment(tx, comment);
    if (isNamed) this.#claims.put(tx, authorId, requestId, { id: commentId, hash });
    this.#tell(tx, "commented", reaction, traceId);
    return { kind: "created", comment };
  }

  #tell(tx: WriteTx, change: Change, reaction: Reaction, traceId: string): void {
    const at = { timeMs: this.#deps.clock.nowMs(), traceId };
    this.#deps.outbox.add(tx, "reactions", reactionEvent(change, reaction, at));
  }
}
