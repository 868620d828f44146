import { LRUCache } from "lru-cache";
import type { PostId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Reaction } from "../../ports.ts";
import { bucketOf, monthOf } from "./buckets.ts";
import { commentVersion, type Shown, versionOfDeletion } from "./versions.ts";

/** Buckets that this process has enlisted, remembered so that most writes need not. */
const MAX_ENLISTED = 200_000;
const US_PER_MS = 1_000;

const INSERT_LIKE = `INSERT INTO reactions (user_id, month, post_id, comment_id, time_ms, parent_id)
  VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const INSERT_COMMENT = `INSERT INTO reactions
  (user_id, month, post_id, comment_id, time_ms, parent_id, text, version, change)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) USING TIMESTAMP ?`;

/** What a reaction consists of; of a like nothing but its time. */
export interface ReactionRow extends Reaction {
  readonly timeMs: number;
  readonly parent: bigint;
  readonly text: string | null;
}

/** One change, whole: whoever finds it can write it, again and again. */
export interface ReactionChange extends Partial<Pick<Shown, "change">> {
  readonly row: ReactionRow;
  /** Present, or gone. */
  readonly isThere: boolean;
  /** The timestamp of all cells, microseconds. */
  readonly version: number;
}

/** Writes both sides of reactions: by person, and by post. All statements are idempotent. */
export class ReactionRows {
  readonly #cql: Cql;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #enlisted = new LRUCache<string, true>({ max: MAX_ENLISTED });

  constructor(cql: Cql, clock: Pick<Clock, "nowMs">) {
    this.#cql = cql;
    this.#clock = clock;
  }

  async write({ row, isThere, version, change = 0 }: ReactionChange): Promise<void> {
    const { user, post, comment } = row;
    const key = [user, monthOf(post), post, comment] as const;
    if (isThere) {
      await this.#insert(row, version);
      await this.#show(row, { version, change });
      return;
    }
    await this.#hide(row, { version, change });
    await this.#cql.run(
      `DELETE FROM reactions USING TIMESTAMP ?
        WHERE user_id = ? AND month = ? AND post_id = ? AND comment_id = ?`,
      [BigInt(version), ...key],
    );
  }

  /** Readers see it again. */
  async show(row: ReactionRow, by: Shown): Promise<void> {
    await this.#note(row, by);
    await this.#show(row, by);
  }

  /** Readers see it no more, until it is shown again. */
  async hide(row: Reaction, by: Shown): Promise<void> {
    await this.#note(row, by);
    await this.#hide(row, by);
  }

  async #insert(row: ReactionRow, version: number): Promise<void> {
    const { user, post, comment, timeMs, parent, text } = row;
    const key = [user, monthOf(post), post, comment] as const;
    const [written, time] = [BigInt(version), BigInt(timeMs)];
    if (comment === 0n) await this.#cql.run(INSERT_LIKE, [...key, time, parent, written]);
    else await this.#cql.run(INSERT_COMMENT, [...key, time, parent, text, written, written]);
  }

  async #show(row: ReactionRow, by: Shown): Promise<void> {
    const { user, post, comment, timeMs, parent, text } = row;
    const kind = comment === 0n ? "like" : "comment";
    const bucket = bucketOf(comment === 0n ? user : comment);
    await this.#enlist(post, kind, bucket);
    if (kind === "like") return this.#setLike(row, BigInt(timeMs), by);
    await this.#cql.run(
      `INSERT INTO comments (post_id, bucket, comment_id, author_id, parent_id, text)
        VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`,
      [post, bucket, comment, user, parent, text, BigInt(by.version)],
    );
  }

  async #hide(row: Reaction, by: Shown): Promise<void> {
    if (row.comment === 0n) return this.#setLike(row, null, by);
    await this.#cql.run(
      `DELETE FROM comments USING TIMESTAMP ? WHERE post_id = ? AND bucket = ? AND comment_id = ?`,
      [BigInt(by.version), row.post, bucketOf(row.comment), row.comment],
    );
  }

  /** When the like began, and by what it was last written; version 0: never. */
  async like({ user, post }: Reaction): Promise<Shown & { readonly isThere: boolean }> {
    const [row] = await this.#cql.run(
      "SELECT time_ms, version, change FROM likes WHERE post_id = ? AND bucket = ? AND user_id = ?",
      [post, bucketOf(user), user],
    );
    const isThere = row !== undefined && row.time_ms !== null;
    return { isThere, version: Number(row?.version ?? 0), change: Number(row?.change ?? 0) };
  }

  /** What its person did, as far as it stands, and of a comment by what readers saw it last, or no more. */
  async find(reaction: Reaction): Promise<(ReactionRow & Shown) | undefined> {
    const { user, post, comment } = reaction;
    const [row] = await this.#cql.run(
      `SELECT time_ms, parent_id, text, version, change FROM reactions
        WHERE user_id = ? AND month = ? AND post_id = ? AND comment_id = ?`,
      [user, monthOf(post), post, comment],
    );
    // Without a time it is but the note of a change that came after the deletion.
    if (row === undefined || row.time_ms === null) return undefined;
    const isNoted = row.version !== null || comment === 0n;
    return {
      ...{ user, post, comment },
      timeMs: Number(row.time_ms),
      parent: row.parent_id as bigint,
      text: row.text as string | null,
      version: isNoted ? Number(row.version ?? 0) : await this.#unnotedVersion(reaction),
      change: Number(row.change ?? 0),
    };
  }

  /** What deletes the comment for good, whatever was written of it and whenever. */
  async versionOfDeletion(reaction: Reaction): Promise<number> {
    const unknown = { version: commentVersion(reaction.comment), change: 0 };
    return versionOfDeletion((await this.find(reaction)) ?? unknown);
  }

  /** Of a comment that a version before wrote, by its clock: as far as rows can tell. */
  async #unnotedVersion({ post, comment }: Reaction): Promise<number> {
    const [row] = await this.#cql.run(
      `SELECT WRITETIME(text) AS written FROM comments
        WHERE post_id = ? AND bucket = ? AND comment_id = ?`,
      [post, bucketOf(comment), comment],
    );
    const known = row?.written ?? this.#clock.nowMs() * US_PER_MS;
    return Math.max(commentVersion(comment), Math.round(Number(known)));
  }

  /** Of a comment, beside what its person did, where it outlives the row that readers see. */
  async #note({ user, post, comment }: Reaction, { version, change }: Shown): Promise<void> {
    if (comment === 0n) return;
    await this.#cql.run(
      `UPDATE reactions USING TIMESTAMP ? SET version = ?, change = ?
        WHERE user_id = ? AND month = ? AND post_id = ? AND comment_id = ?`,
      [BigInt(version), BigInt(version), BigInt(change), user, monthOf(post), post, comment],
    );
  }

  async #setLike(
    { user, post }: Reaction,
    timeMs: bigint | null,
    { version, change }: Shown,
  ): Promise<void> {
    await this.#cql.run(
      `UPDATE likes USING TIMESTAMP ? SET time_ms = ?, version = ?, change = ?
        WHERE post_id = ? AND bucket = ? AND user_id = ?`,
      [BigInt(version), timeMs, BigInt(version), BigInt(change), post, bucketOf(user), user],
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
