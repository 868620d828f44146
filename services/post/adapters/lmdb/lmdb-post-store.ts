import { type PostId, trustedPostId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import type { IdSource } from "../../../platform/storage/ids/id-source.ts";
import { intact } from "../../../platform/storage/lmdb/checksums.ts";
import { readU64, u64Key, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import { decideClaim, textHashOf } from "../../domain/claims.ts";
import { NewestPosts } from "../../domain/newest-posts.ts";
import { encodePostEvent, type PostChange } from "../../domain/post-events.ts";
import { encodeDeletedPost, encodePost, NOBODY } from "../../domain/post-message.ts";
import type {
  AuthorPosts,
  AuthorPostsQuery,
  CreateOutcome,
  DeleteOutcome,
  PostDraft,
  PostEraser,
  PostLookup,
  PostStore,
} from "../../ports.ts";
import type { LmdbPostLog } from "./lmdb-post-log.ts";
import { NewestHints } from "./newest-hints.ts";
import { RequestClaims } from "./request-claims.ts";
import { authorOfRow, encodePostRow, isDeletedRow, lookupOf } from "./rows.ts";

interface LmdbPostStoreDeps {
  readonly lmdb: Lmdb;
  readonly outbox: LmdbOutbox;
  readonly log: LmdbPostLog;
  readonly ids: Pick<IdSource, "next">;
  readonly clock: Clock;
}

/** The index has keys only; LMDB wants a value. */
const PRESENT = Buffer.from([1]);

/**
 * Posts in LMDB: a row a post, and a key (author, post) for the index. A create is one transaction with
 * its event and its claim; ids are stamped inside it, so they rise in the order of the outbox.
 */
export class LmdbPostStore implements PostStore, PostEraser {
  readonly #deps: LmdbPostStoreDeps;
  readonly #posts: Table;
  readonly #byAuthor: Table;
  /** Deleted posts, for whoever erases their author. */
  readonly #deletedByAuthor: Table;
  readonly #claims: RequestClaims;
  readonly #hints = new NewestHints();

  constructor(deps: LmdbPostStoreDeps) {
    this.#deps = deps;
    this.#posts = deps.lmdb.table("posts");
    this.#byAuthor = deps.lmdb.table("posts-by-author");
    this.#deletedByAuthor = deps.lmdb.table("deleted-by-author");
    this.#claims = new RequestClaims(deps.lmdb);
  }

  async create(draft: PostDraft, traceId: string): Promise<CreateOutcome> {
    const { lmdb } = this.#deps;
    const outcome = await lmdb.commit((tx) => this.#createIn(tx, draft, traceId));
    if (outcome.kind === "created") this.#hints.stored(draft.authorId, outcome.postId);
    return outcome;
  }

  get(ids: readonly bigint[]): readonly PostLookup[] {
    // A damaged row is one post that is unknown, and no trouble for the others.
    return ids.map((id) => lookupOf(intact(() => this.#posts.get(u64Key(id)))));
  }

  listByAuthors(query: AuthorPostsQuery): AuthorPosts {
    const newest = new NewestPosts(query.limit);
    for (const author of query.authors) {
      if (this.#mayHave(author, query, newest)) this.#offerPosts(author, query, newest);
    }
    return newest.take(query.since);
  }

  delete(post: PostId, author: UserId, traceId: string): Promise<DeleteOutcome> {
    return this.#deps.lmdb.commit((tx) => {
      const row = tx.get(this.#posts, u64Key(post));
      if (!row) return "not-found";
      if (authorOfRow(row) !== author) return "not-author";
      if (isDeletedRow(row)) return "deleted";
      const message = encodeDeletedPost(post, author);
      tx.put(this.#posts, u64Key(post), encodePostRow(author, message, true));
      tx.remove(this.#byAuthor, u64PairKey(author, post));
      tx.put(this.#deletedByAuthor, u64PairKey(author, post), PRESENT);
      this.#announce(tx, { postId: post, authorId: author, deleted: true, traceId });
      return "deleted";
    });
  }

  async listAll(author: UserId, before: bigint, limit: number): Promise<readonly PostId[]> {
    const range = {
      from: u64PairKey(author, 0n),
      before: u64PairKey(author, before),
      reverse: true,
      limit,
    };
    const keys = [this.#byAuthor, this.#deletedByAuthor].flatMap((table) => [...table.keys(range)]);
    const posts = keys.map((key) => trustedPostId(readU64(key, 8)));
    return posts.sort((a, b) => (a < b ? 1 : -1)).slice(0, limit);
  }

  erase(author: UserId, posts: readonly PostId[]): Promise<void> {
    return this.#deps.lmdb.commit((tx) => {
      for (const post of posts) {
        const row = intact(() => tx.get(this.#posts, u64Key(post)));
        // What is damaged is overwritten too.
        if (row ? authorOfRow(row) !== author : !this.#posts.has(u64Key(post))) continue;
        const message = encodeDeletedPost(post, NOBODY);
        tx.put(this.#posts, u64Key(post), encodePostRow(NOBODY, message, true));
        tx.remove(this.#byAuthor, u64PairKey(author, post));
        tx.remove(this.#deletedByAuthor, u64PairKey(author, post));
      }
    });
  }

  #createIn(tx: WriteTx, draft: PostDraft, traceId: string): CreateOutcome {
    const { authorId, requestId } = draft;
    if (requestId === "") return created(this.#store(tx, draft, traceId), false);
    const nowMs = this.#deps.clock.nowMs();
    const textHash = textHashOf(draft.text);
    const claim = this.#claims.find(tx, authorId, requestId, nowMs);
    const decision = decideClaim(claim, textHash, nowMs);
    if (decision.kind === "conflict") return decision;
    if (decision.kind === "repeat") return created(decision.postId, true);
    const postId = this.#store(tx, draft, traceId);
    this.#claims.put(tx, authorId, requestId, { postId, textHash });
    return created(postId, false);
  }

  #store(tx: WriteTx, draft: PostDraft, traceId: string): PostId {
    const { authorId } = draft;
    const postId = this.#deps.ids.next();
    tx.put(this.#posts, u64Key(postId), encodePostRow(authorId, encodePost(postId, draft), false));
    tx.put(this.#byAuthor, u64PairKey(authorId, postId), PRESENT);
    this.#announce(tx, { postId, authorId, deleted: false, traceId });
    return postId;
  }

  #announce(tx: WriteTx, change: PostChange): void {
    this.#deps.log.add(tx, change);
    this.#deps.outbox.add(tx, "posts", encodePostEvent(change));
  }

  /** False when the hint alone says that the author has nothing for this query. */
  #mayHave(author: UserId, { since, before }: AuthorPostsQuery, newest: NewestPosts): boolean {
    const hint = this.#hints.get(author);
    if (hint === undefined) return true;
    if (hint === 0n || hint < since) return false;
    const isInRange = before === undefined || hint < before;
    return !isInRange || newest.hasRoomFor(hint);
  }

  #offerPosts(author: UserId, query: AuthorPostsQuery, newest: NewestPosts): void {
    const { since, before } = query;
    const range = {
      from: u64PairKey(author, 0n),
      before: before === undefined ? u64PairKey(author + 1n, 0n) : u64PairKey(author, before),
      reverse: true,
    };
    let isFirst = before === undefined;
    for (const key of this.#byAuthor.keys(range)) {
      const post = trustedPostId(readU64(key, 8));
      if (isFirst) this.#hints.learn(author, post);
      isFirst = false;
      if (post < since || !newest.offer(post, author)) return;
    }
    if (isFirst) this.#hints.learn(author, 0n);
  }
}

function created(postId: PostId, isRepeat: boolean): CreateOutcome {
  return { kind: "created", postId, isRepeat };
}
