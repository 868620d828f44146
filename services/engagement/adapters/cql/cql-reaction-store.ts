import { type PostId, trustedPostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { CqlOutbox } from "../../../platform/messaging/outbox/cql-outbox.ts";
import { claimRequest } from "../../../platform/storage/claims/cql-claims.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { IdSource } from "../../../platform/storage/ids/id-source.ts";
import { draftHash } from "../../domain/draft-hash.ts";
import type {
  Comment,
  CommentDraft,
  CommentId,
  CommentOutcome,
  Counts,
  Page,
  Reaction,
  ReactionStore,
} from "../../ports.ts";
import { type Change, reactionEvent } from "../reaction-event.ts";
import { bucketOf } from "./buckets.ts";
import type { ReactionReads } from "./reaction-reads.ts";
import {
  encodeReactionChange,
  type ReactionChange,
  type ReactionRow,
  type ReactionRows,
} from "./reaction-rows.ts";
import { COMMENT_CLAIMS } from "./schema.ts";
import { commentVersion, versionAfter } from "./versions.ts";

export interface CqlReactionDeps {
  readonly cql: Cql;
  readonly rows: ReactionRows;
  readonly reads: ReactionReads;
  readonly outbox: Pick<CqlOutbox, "write">;
  readonly ids: Pick<IdSource, "next">;
  readonly clock: Clock;
}

const READS_AT_ONCE = 32;

/**
 * Likes and comments in CQL. The outbox has the whole change before any row of it, so that it is finished by
 * somebody whatever dies. A like is a row of its own, and counts are rows counted: 100 people who like a post
 * at once write 100 rows, in 64 partitions.
 */
export class CqlReactionStore implements ReactionStore {
  readonly #deps: CqlReactionDeps;

  constructor(deps: CqlReactionDeps) {
    this.#deps = deps;
  }

  like(user: UserId, post: PostId, traceId: string): Promise<boolean> {
    return this.#setLike({ user, post, comment: 0n }, true, traceId);
  }

  unlike(user: UserId, post: PostId, traceId: string): Promise<boolean> {
    return this.#setLike({ user, post, comment: 0n }, false, traceId);
  }

  async comment(draft: CommentDraft, traceId: string): Promise<CommentOutcome> {
    const { cql, ids, rows } = this.#deps;
    const { authorId: user, postId: post, parentId: parent, text, requestId } = draft;
    let commentId: CommentId = ids.next();
    if (requestId !== "") {
      const claim = { id: commentId, hash: draftHash(draft) };
      const name = { author: user, requestId };
      const standing = await claimRequest(cql, COMMENT_CLAIMS, name, claim);
      if (!standing.hash.equals(claim.hash)) return { kind: "conflict" };
      commentId = standing.id;
    }
    const version = commentVersion(commentId);
    const row: ReactionRow = {
      ...{ user, post, comment: commentId, parent, text },
      timeMs: version / US_PER_MS,
    };
    const change = { row, isThere: true, version };
    // A repeat writes the same again: should it have been deleted, that is younger.
    await this.#apply("commented", change, traceId, () => rows.write(change));
    // A repeat may have been counted: by whom nobody knows.
    this.#deps.reads.recount(row);
    return { kind: "created", comment: { ...draft, commentId } };
  }

  async deleteComment(comment: Reaction, traceId: string): Promise<void> {
    const { rows } = this.#deps;
    const version = await rows.versionOfDeletion(comment);
    const row: ReactionRow = { ...comment, timeMs: 0, parent: 0n, text: null };
    const change = { row, isThere: false, version };
    await this.#apply("comment-deleted", change, traceId, () => rows.write(change));
    this.#deps.reads.recount(row);
  }

  async findComment(post: PostId, comment: bigint): Promise<Comment | undefined> {
    const [row] = await this.#deps.cql.run(
      `SELECT author_id, parent_id, text FROM comments
        WHERE post_id = ? AND bucket = ? AND comment_id = ?`,
      [post, bucketOf(comment), comment],
    );
    if (row === undefined || row.text === null) return undefined;
    return {
      postId: post,
      commentId: trustedPostId(comment),
      authorId: trustedUserId(row.author_id as bigint),
      parentId: row.parent_id as bigint,
      text: row.text as string,
    };
  }

  async counts(posts: readonly PostId[]): Promise<readonly Counts[]> {
    const found = new Map<PostId, Counts>();
    await inParallel(READS_AT_ONCE, posts, async (post) => {
      found.set(post, await this.#deps.reads.counts(post));
    });
    return posts.map((post) => found.get(post) ?? { likes: 0, comments: 0 });
  }

  async liked(user: UserId, posts: readonly PostId[]): Promise<readonly boolean[]> {
    const liked = new Set<PostId>();
    await inParallel(READS_AT_ONCE, posts, async (post) => {
      const { isThere } = await this.#deps.rows.like({ user, post, comment: 0n });
      if (isThere) liked.add(post);
    });
    return posts.map((post) => liked.has(post));
  }

  async likers(post: PostId, after: string, limit: number): Promise<Page<UserId>> {
    const { items, next } = await this.#deps.reads.on(post, ["like"], after, limit);
    return { items: items.map(({ user }) => user), next };
  }

  comments(post: PostId, before: bigint, limit: number): Promise<readonly Comment[]> {
    return this.#deps.reads.comments(post, before, limit);
  }

  async #setLike(like: Reaction, isThere: boolean, traceId: string): Promise<boolean> {
    const { rows, clock } = this.#deps;
    const known = await rows.like(like);
    if (known.isThere === isThere) return false;
    const nowMs = Math.round(clock.nowMs());
    const version = versionAfter(known.version, nowMs);
    const row: ReactionRow = { ...like, timeMs: nowMs, parent: 0n, text: null };
    const change = { row, isThere, version, change: known.change };
    await this.#apply(isThere ? "liked" : "unliked", change, traceId, () => rows.write(change));
    this.#deps.reads.changed(like, isThere ? 1 : -1);
    return true;
  }

  async #apply(
    kind: Change,
    change: ReactionChange,
    traceId: string,
    write: () => Promise<void>,
  ): Promise<void> {
    const at = { timeMs: this.#deps.clock.nowMs(), traceId };
    const payload = reactionEvent(kind, change.row, at);
    const item = { queue: "reactions" as const, payload, change: encodeReactionChange(change) };
    const ticket = await this.#deps.outbox.write(item);
    try {
      await write();
      ticket.done();
    } catch (error) {
      ticket.failed();
      throw error;
    }
  }
}

const US_PER_MS = 1_000;
