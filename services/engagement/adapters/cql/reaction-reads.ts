import { LRUCache } from "lru-cache";
import { type PostId, trustedPostId, trustedUserId } from "../../../model/ids.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Comment, Page, Reaction } from "../../ports.ts";
import { bucketOf } from "./buckets.ts";

type Kind = "like" | "comment";

const MAX_KNOWN_COUNTS = 200_000;
/** A count is kept for so long a row: what is cheap is counted anew, what is dear may be this old. */
const KEPT_MS_PER_ROW = 1;
const MAX_KEPT_MS = 10_000;
const READS_AT_ONCE = 64;

/** Reads of reactions by post: over all buckets that have rows. */
export class ReactionReads {
  readonly #cql: Cql;
  readonly #counts = new LRUCache<string, number>({ max: MAX_KNOWN_COUNTS });

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  /** Counted in the rows; of big buckets at most ten seconds ago, with what this process changed since. */
  async counts(post: PostId): Promise<{ readonly likes: number; readonly comments: number }> {
    const rows = await this.#directory(post);
    const sums = { like: 0, comment: 0 };
    await inParallel(READS_AT_ONCE, rows, async ({ kind, bucket }) => {
      const count = await this.#count(post, kind, bucket);
      sums[kind] += count;
    });
    return { likes: sums.like, comments: sums.comment };
  }

  async comments(post: PostId, before: bigint, limit: number): Promise<readonly Comment[]> {
    const found: Comment[] = [];
    const rows = (await this.#directory(post)).filter(({ kind }) => kind === "comment");
    await inParallel(READS_AT_ONCE, rows, async ({ bucket }) => {
      const isBelow = before === 0n ? "" : "AND comment_id < ?";
      const some = await this.#cql.run(
        `SELECT comment_id, author_id, parent_id, text FROM comments
          WHERE post_id = ? AND bucket = ? ${isBelow} LIMIT ?`,
        [post, bucket, ...(before === 0n ? [] : [before]), limit],
      );
      found.push(...some.map((row) => commentOf(post, row)));
    });
    return found.sort((a, b) => (a.commentId > b.commentId ? -1 : 1)).slice(0, limit);
  }

  /** Reactions on a post, a bucket after the other; the cursor is "kind.bucket.id". */
  async on(
    post: PostId,
    kinds: readonly Kind[],
    after: string,
    limit: number,
  ): Promise<Page<Reaction>> {
    const rows = (await this.#directory(post)).filter(({ kind }) => kinds.includes(kind));
    const sections = rows.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const [kind = "", bucket = "", id = "0"] = after.split(".");
    const items: Reaction[] = [];
    for (const section of sections) {
      const name = nameOf(section);
      const at = `${kind}.${bucket}`;
      if (after !== "" && name < at) continue;
      const from = name === at ? BigInt(id) : 0n;
      const some = await this.#section(post, section, from, limit - items.length);
      items.push(...some);
      if (items.length < limit) continue;
      const last = items[items.length - 1];
      return { items, next: `${name}.${last.comment === 0n ? last.user : last.comment}` };
    }
    return { items, next: "" };
  }

  async #section(
    post: PostId,
    { kind, bucket }: DirectoryRow,
    after: bigint,
    limit: number,
  ): Promise<readonly Reaction[]> {
    if (kind === "like") return this.#likes(post, bucket, after, limit);
    const rows = await this.#cql.run(
      `SELECT comment_id, author_id FROM comments
        WHERE post_id = ? AND bucket = ? AND comment_id > ? ORDER BY comment_id ASC LIMIT ?`,
      [post, bucket, after, limit],
    );
    return rows.map((row) => ({
      ...{ post, user: trustedUserId(row.author_id as bigint) },
      comment: row.comment_id as bigint,
    }));
  }

  /** Rows of likes that ended stay for a while, and are passed over. */
  async #likes(post: PostId, bucket: number, after: bigint, limit: number): Promise<Reaction[]> {
    const items: Reaction[] = [];
    let from = after;
    while (items.length < limit) {
      const asked = limit - items.length;
      const rows = await this.#cql.run(
        `SELECT user_id, time_ms FROM likes
          WHERE post_id = ? AND bucket = ? AND user_id > ? LIMIT ?`,
        [post, bucket, from, asked],
      );
      for (const row of rows) {
        from = row.user_id as bigint;
        if (row.time_ms !== null) items.push({ user: trustedUserId(from), post, comment: 0n });
      }
      if (rows.length < asked) break;
    }
    return items;
  }

  /** One more or one less is stored by this process: a count that is kept goes along, for as long as it was. */
  changed({ post, user, comment }: Reaction, by: 1 | -1): void {
    const name = countName(post, kindOf(comment), bucketOf(comment === 0n ? user : comment));
    const known = this.#counts.get(name);
    if (known !== undefined) this.#counts.set(name, known + by, { noUpdateTTL: true });
  }

  /** Perhaps changed: counted anew. */
  recount({ post, user, comment }: Reaction): void {
    this.#counts.delete(
      countName(post, kindOf(comment), bucketOf(comment === 0n ? user : comment)),
    );
  }

  async #count(post: PostId, kind: Kind, bucket: number): Promise<number> {
    const name = countName(post, kind, bucket);
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const query =
      kind === "like"
        ? "SELECT count(time_ms) AS n FROM likes WHERE post_id = ? AND bucket = ?"
        : "SELECT count(text) AS n FROM comments WHERE post_id = ? AND bucket = ?";
    const [row] = await this.#cql.run(query, [post, bucket]);
    const count = Number(row?.n ?? 0);
    const ttl = Math.min(MAX_KEPT_MS, (count - 1_000) * KEPT_MS_PER_ROW);
    if (ttl > 0) this.#counts.set(name, count, { ttl });
    return count;
  }

  async #directory(post: PostId): Promise<DirectoryRow[]> {
    const rows = await this.#cql.run("SELECT kind, bucket FROM reacted WHERE post_id = ?", [post]);
    return rows.map((row) => ({ kind: row.kind as Kind, bucket: row.bucket as number }));
  }
}

interface DirectoryRow {
  readonly kind: Kind;
  readonly bucket: number;
}

const BUCKET_DIGITS = 3;

function kindOf(comment: bigint): Kind {
  return comment === 0n ? "like" : "comment";
}

function countName(post: PostId, kind: Kind, bucket: number): string {
  return `${post} ${kind} ${bucket}`;
}

function nameOf({ kind, bucket }: DirectoryRow): string {
  return `${kind}.${String(bucket).padStart(BUCKET_DIGITS, "0")}`;
}

function commentOf(postId: PostId, row: Readonly<Record<string, unknown>>): Comment {
  return {
    postId,
    commentId: trustedPostId(row.comment_id as bigint),
    authorId: trustedUserId(row.author_id as bigint),
    parentId: row.parent_id as bigint,
    text: (row.text as string | null) ?? "",
  };
}
