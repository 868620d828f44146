import { LRUCache } from "lru-cache";
import { type PostId, postTimeMs, trustedPostId } from "../../../model/ids.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Reaction } from "../../ports.ts";
import { bucketOf, monthOf } from "./buckets.ts";

/** Buckets that this process has enlisted, remembered so that most writes need not. */
const MAX_ENLISTED = 200_000;
const US_PER_MS = 1_000;

/** What a reaction consists of; of a like nothing but its time. */
export interface ReactionRow extends Reaction {
  readonly timeMs: number;
  readonly parent: bigint;
  readonly text: string | null;
}

/** One change, whole: whoever finds it can write it, again and again. */
export interface ReactionChange {
  readonly row: ReactionRow;
  /** Present, or gone. */
  readonly isThere: boolean;
  /** The timestamp of all cells, microseconds. */
  readonly version: number;
}

/** Writes both sides of reactions: by person, and by post. All statements are idempotent. */
export class ReactionRows {
  readonly #cql: Cql;
  readonly #enlisted = new LRUCache<string, true>({ max: MAX_ENLISTED });

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  async write({ row, isThere, version }: ReactionChange): Promise<void> {
    const { user, post, comment } = row;
    const key = [user, monthOf(post), post, comment] as const;
    if (isThere) {
      await this.#cql.run(
        `INSERT INTO reactions (user_id, month, post_id, comment_id, time_ms, parent_id, text)
          VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`,
        [...key, BigInt(row.timeMs), row.parent, row.text, BigInt(version)],
      );
      await this.show(row, version);
      return;
    }
    await this.hide(row, version);
    await this.#cql.run(
      `DELETE FROM reactions USING TIMESTAMP ?
        WHERE user_id = ? AND month = ? AND post_id = ? AND comment_id = ?`,
      [BigInt(version), ...key],
    );
  }

  /** Readers see it. */
  async show(row: ReactionRow, version: number): Promise<void> {
    const { user, post, comment, timeMs, parent, text } = row;
    const kind = comment === 0n ? "like" : "comment";
    const bucket = bucketOf(comment === 0n ? user : comment);
    await this.#enlist(post, kind, bucket);
    if (kind === "like") return this.#setLike(row, BigInt(timeMs), version);
    await this.#cql.run(
      `INSERT INTO comments (post_id, bucket, comment_id, author_id, parent_id, text)
        VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`,
      [post, bucket, comment, user, parent, text, BigInt(version)],
    );
  }

  /** Readers see it no more. */
  async hide(row: Reaction, version: number): Promise<void> {
    if (row.comment === 0n) return this.#setLike(row, null, version);
    await this.#cql.run(
      `DELETE FROM comments USING TIMESTAMP ? WHERE post_id = ? AND bucket = ? AND comment_id = ?`,
      [BigInt(version), row.post, bucketOf(row.comment), row.comment],
    );
  }

  /** When the like began, and the version of what is known of it. */
  async like({ user, post }: Reaction): Promise<{ isThere: boolean; version: number }> {
    const [row] = await this.#cql.run(
      "SELECT time_ms, version FROM likes WHERE post_id = ? AND bucket = ? AND user_id = ?",
      [post, bucketOf(user), user],
    );
    const isThere = row !== undefined && row.time_ms !== null;
    return { isThere, version: Number(row?.version ?? 0) };
  }

  /** What its person did, as far as it stands. */
  async find({ user, post, comment }: Reaction): Promise<ReactionRow | undefined> {
    const [row] = await this.#cql.run(
      `SELECT time_ms, parent_id, text FROM reactions
        WHERE user_id = ? AND month = ? AND post_id = ? AND comment_id = ?`,
      [user, monthOf(post), post, comment],
    );
    if (row === undefined) return undefined;
    const text = row.text as string | null;
    return {
      user,
      post,
      comment,
      timeMs: Number(row.time_ms),
      parent: row.parent_id as bigint,
      text,
    };
  }

  async #setLike({ user, post }: Reaction, timeMs: bigint | null, version: number): Promise<void> {
    await this.#cql.run(
      `UPDATE likes USING TIMESTAMP ? SET time_ms = ?, version = ?
        WHERE post_id = ? AND bucket = ? AND user_id = ?`,
      [BigInt(version), timeMs, BigInt(version), post, bucketOf(user), user],
    );
  }

  async #enlist(post: PostId, kind: string, bucket: number): Promise<void> {
    const name = `${post} ${kind} ${bucket}`;
    if (this.#enlisted.has(name)) return;
    const query = "INSERT INTO reacted (post_id, kind, bucket) VALUES (?, ?, ?)";
    await this.#cql.run(query, [post, kind, bucket]);
    this.#enlisted.set(name, true);
  }
}

/** A comment's cells are as old as its id says: whatever deletes it later wins, also over a late copy. */
export function commentVersion(comment: bigint): number {
  return postTimeMs(trustedPostId(comment)) * US_PER_MS;
}

/** Behind everything that is known of it, whatever the clock says. */
export function versionAfter(known: number, nowMs: number): number {
  return Math.max(Math.round(nowMs) * US_PER_MS, known + 1);
}

export function encodeReactionChange(change: ReactionChange): Buffer {
  const text = JSON.stringify(change, (_, value) =>
    typeof value === "bigint" ? { bigint: String(value) } : value,
  );
  return Buffer.from(text);
}

export function decodeReactionChange(bytes: Uint8Array): ReactionChange {
  return JSON.parse(Buffer.from(bytes).toString(), (_, value) =>
    typeof value?.bigint === "string" ? BigInt(value.bigint) : value,
  );
}
