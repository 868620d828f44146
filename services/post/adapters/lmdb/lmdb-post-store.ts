import { LRUCache } from "lru-cache";
import { decideClaim } from "../../../model/claims.ts";
import { MAX_ID, type PostId, trustedPostId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import { CLAIM_TABLES, LmdbClaims } from "../../../platform/storage/claims/lmdb-claims.ts";
import type { IdSource } from "../../../platform/storage/ids/id-source.ts";
import { intact } from "../../../platform/storage/lmdb/checksums.ts";
import { readU64, u64Key, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import { NewestPosts } from "../../domain/newest-posts.ts";
import { encodePostEvent, type PostChange } from "../../domain/post-events.ts";
import { encodeDeletedPost, encodePost, NOBODY } from "../../domain/post-message.ts";
import { textHashOf } from "../../domain/text-hash.ts";
import { firstPostOf, lastPostOf, oldestPeriod, periodOf } from "../../domain/time-slots.ts";
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
import type { PostTables } from "./post-tables.ts";
import { authorOfRow, encodePostRow, isDeletedRow, lookupOf } from "./rows.ts";

interface LmdbPostStoreDeps {
  readonly lmdb: Lmdb;
  readonly tables: PostTables;
  readonly outbox: LmdbOutbox;
  readonly log: LmdbPostLog;
  readonly ids: Pick<IdSource, "next">;
  readonly clock: Clock;
}

/** The index has keys only; LMDB wants a value. */
const PRESENT = Buffer.from([1]);
const MAX_ENLISTED = 100_000;

/**
 * Posts in LMDB, in tables by time: a row a post, and a key (author, post) for the index. A create is one transaction with
 * its event and its claim; ids are stamped inside it, so they rise in the order of the outbox.
 */
export class LmdbPostStore implements PostStore, PostEraser {
  readonly #deps: LmdbPostStoreDeps;
  readonly #tables: PostTables;
  /** (author, period) pairs that this process knows to be in the directory. */
  readonly #enlisted = new LRUCache<string, true>({ max: MAX_ENLISTED });
  readonly #claims: LmdbClaims;
  readonly #hints = new NewestHints();

  constructor(deps: LmdbPostStoreDeps) {
    this.#deps = deps;
    this.#tables = deps.tables;
    this.#claims = new LmdbClaims(
      Array.from({ length: CLAIM_TABLES }, (_, index) => deps.lmdb.table(`claims-${index}`)),
    );
  }

  async create(draft: PostDraft, traceId: string): Promise<CreateOutcome> {
    const { lmdb } = this.#deps;
    const outcome = await lmdb.commit((tx) => this.#createIn(tx, draft, traceId));
    if (outcome.kind === "created") {
      this.#hints.stored(draft.authorId, outcome.postId);
      this.#enlisted.set(enlistedKey(draft.authorId, periodOf(outcome.postId)), true);
    }
    return outcome;
  }

  get(ids: readonly bigint[]): readonly PostLookup[] {
    // A damaged row is one post that is unknown, and no trouble for the others.
    return ids.map((id) => lookupOf(intact(() => this.#tables.of(id).posts.get(u64Key(id)))));
  }

  listByAuthors(query: AuthorPostsQuery): AuthorPosts {
    const newest = new NewestPosts(query.limit);
    for (const author of query.authors) {
      if (this.#mayHave(author, query, newest)) this.#offerPosts(author, query, newest);
    }
    return newest.take(query.since);
  }

  delete(post: PostId, author: UserId, traceId: string): Promise<DeleteOutcome> {
    const { posts, byAuthor, deletedByAuthor } = this.#tables.of(post);
    return this.#deps.lmdb.commit((tx) => {
      const row = tx.get(posts, u64Key(post));
      if (!row) return "not-found";
      if (authorOfRow(row) !== author) return "not-author";
      if (isDeletedRow(row)) return "deleted";
      const message = encodeDeletedPost(post, author);
      tx.put(posts, u64Key(post), encodePostRow(author, message, true));
      tx.remove(byAuthor, u64PairKey(author, post));
      tx.put(deletedByAuthor, u64PairKey(author, post), PRESENT);
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
    const posts: PostId[] = [];
    for (const period of this.#tables.periodsOf(author, periodOf(before), 0)) {
      const { byAuthor, deletedByAuthor } = this.#tables.ofPeriod(period);
      const keys = [byAuthor, deletedByAuthor].flatMap((table) => [...table.keys(range)]);
      const found = keys.map((key) => trustedPostId(readU64(key, 8)));
      posts.push(...found.filter((post) => periodOf(post) === period));
      if (posts.length >= limit) break;
    }
    return posts.sort((a, b) => (a < b ? 1 : -1)).slice(0, limit);
  }

  erase(author: UserId, posts: readonly PostId[]): Promise<void> {
    return this.#deps.lmdb.commit((tx) => {
      for (const post of posts) {
        const { posts: rows, byAuthor, deletedByAuthor } = this.#tables.of(post);
        const row = intact(() => tx.get(rows, u64Key(post)));
        // What is damaged is overwritten too.
        if (row ? authorOfRow(row) !== author : !rows.has(u64Key(post))) continue;
        const message = encodeDeletedPost(post, NOBODY);
        tx.put(rows, u64Key(post), encodePostRow(NOBODY, message, true));
        tx.remove(byAuthor, u64PairKey(author, post));
        tx.remove(deletedByAuthor, u64PairKey(author, post));
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
    if (decision.kind === "repeat") return created(decision.id, true);
    const postId = this.#store(tx, draft, traceId);
    this.#claims.put(tx, authorId, requestId, { id: postId, hash: textHash });
    return created(postId, false);
  }

  #store(tx: WriteTx, draft: PostDraft, traceId: string): PostId {
    const { authorId } = draft;
    const postId = this.#deps.ids.next();
    const { posts, byAuthor } = this.#tables.of(postId);
    tx.put(posts, u64Key(postId), encodePostRow(authorId, encodePost(postId, draft), false));
    tx.put(byAuthor, u64PairKey(authorId, postId), PRESENT);
    this.#enlist(tx, authorId, postId);
    this.#announce(tx, { postId, authorId, deleted: false, traceId });
    return postId;
  }

  /** The first post of a period enters it in the directory, and takes out those that have expired. */
  #enlist(tx: WriteTx, author: UserId, post: PostId): void {
    const period = periodOf(post);
    if (this.#enlisted.has(enlistedKey(author, period))) return;
    const { directory } = this.#tables;
    tx.put(directory, u64PairKey(author, BigInt(period)), PRESENT);
    const oldest = BigInt(oldestPeriod(post));
    const expired = { from: u64PairKey(author, 0n), before: u64PairKey(author, oldest) };
    for (const key of directory.keys(expired)) tx.remove(directory, key);
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
    const { since, before = MAX_ID + 1n } = query;
    let isFirst = query.before === undefined;
    const oldest = periodOf(since);
    // The newest post of all is worth knowing, though it be too old.
    const periods = this.#tables.periodsOf(author, periodOf(before - 1n), isFirst ? 0 : oldest);
    for (const period of periods) {
      if (period < oldest ? !isFirst : !newest.hasRoomFor(lastPostOf(period))) return;
      const from = u64PairKey(author, firstPostOf(period));
      const range = { from, before: endOf(author, before, period), reverse: true };
      for (const key of this.#tables.ofPeriod(period).byAuthor.keys(range)) {
        const post = trustedPostId(readU64(key, 8));
        if (isFirst) this.#hints.learn(author, post);
        isFirst = false;
        if (post < since || !newest.offer(post, author)) return;
      }
    }
    if (isFirst) this.#hints.learn(author, 0n);
  }
}

function enlistedKey(author: UserId, period: number): string {
  return `${author}/${period}`;
}

/** Of the author's posts in a period, below `before`. */
function endOf(author: UserId, before: bigint, period: number): Buffer {
  const end = lastPostOf(period) + 1n;
  return u64PairKey(author, before < end ? before : end);
}

function created(postId: PostId, isRepeat: boolean): CreateOutcome {
  return { kind: "created", postId, isRepeat };
}
