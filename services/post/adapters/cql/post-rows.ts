import { LRUCache } from "lru-cache";
import { Post } from "#gen/post/v1/post.ts";
import {
  type PostId,
  postTimeMs,
  trustedPostId,
  trustedUserId,
  type UserId,
} from "../../../model/ids.ts";
import { bigintBytes, intBytes } from "../../../platform/storage/cql/key-bytes.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import { SharedBatches } from "../../../platform/storage/cql/shared-batch.ts";
import { bucketOf } from "../../domain/buckets.ts";

const INSERT_POST = `INSERT INTO posts (post_id, author_id, message) VALUES (?, ?, ?) USING TIMESTAMP ?`;
const DELETE_POST = `UPDATE posts USING TIMESTAMP ? SET author_id = ?, message = ?, deleted = true
  WHERE post_id = ?`;
const ERASE_POST = `UPDATE posts USING TIMESTAMP ? SET author_id = null, message = null, deleted = true
  WHERE post_id = ?`;
const ERASE_INDEX = `DELETE FROM posts_by_author USING TIMESTAMP ?
  WHERE author_id = ? AND bucket = ? AND post_id = ?`;
const INSERT_INDEX = `INSERT INTO posts_by_author (author_id, bucket, post_id, created)
  VALUES (?, ?, ?, true) USING TIMESTAMP ?`;
const DELETE_INDEX = `UPDATE posts_by_author USING TIMESTAMP ? SET deleted = true
  WHERE author_id = ? AND bucket = ? AND post_id = ?`;
const ENLIST = "INSERT INTO author_buckets (author_id, bucket) VALUES (?, ?)";
const READ = "SELECT post_id, author_id, message, deleted FROM posts WHERE post_id IN ?";

/** (author, bucket) pairs that this process has entered in the directory lately. */
const MAX_ENLISTED = 100_000;

/**
 * The rows of posts. Every write is idempotent and carries its own timestamp: a create that of its post, a
 * deletion the next one; so each may be written again, by anyone, in any order, with the same end.
 */
export class PostRows {
  readonly #cql: Cql;
  readonly #inserts: SharedBatches;
  readonly #enlisted = new LRUCache<string, true>({ max: MAX_ENLISTED });

  constructor(cql: Cql) {
    this.#cql = cql;
    this.#inserts = new SharedBatches(cql);
  }

  async read(ids: readonly bigint[]): Promise<readonly CqlRow[]> {
    return this.#cql.run(READ, [ids]);
  }

  /** Writes what an encoded Post says: its creation or, when it is marked so, its deletion. */
  async write(message: Uint8Array): Promise<void> {
    const { postId, authorId, deleted } = Post.decode(message);
    const post = trustedPostId(postId);
    const author = trustedUserId(authorId);
    if (deleted) await this.writeDeletion(post, author, message);
    else await this.writeCreation(post, author, message);
  }

  async writeCreation(post: PostId, author: UserId, message: Uint8Array): Promise<void> {
    const timestamp = createdMicros(post);
    const bucket = bucketOf(post);
    const values = [post, author, bufferOf(message), timestamp];
    const indexed = [author, bucket, post, timestamp];
    const authorKey = bigintBytes(author);
    await Promise.all([
      this.#inserts.write({ query: INSERT_POST, values }, message.length, bigintBytes(post)),
      this.#enlist(author, bucket),
      this.#inserts.write({ query: INSERT_INDEX, values: indexed }, 0, authorKey, intBytes(bucket)),
    ]);
  }

  async writeDeletion(post: PostId, author: UserId, message: Uint8Array): Promise<void> {
    const timestamp = createdMicros(post) + 1n;
    await Promise.all([
      this.#cql.run(DELETE_POST, [timestamp, author, bufferOf(message), post]),
      this.#cql.run(DELETE_INDEX, [timestamp, author, bucketOf(post), post]),
    ]);
  }

  /** Later than creation and deletion: what is written of them from now on stays behind this. */
  async writeErasure(post: PostId, author: UserId): Promise<void> {
    const timestamp = createdMicros(post) + 2n;
    await Promise.all([
      this.#cql.run(ERASE_POST, [timestamp, post]),
      this.#cql.run(ERASE_INDEX, [timestamp, author, bucketOf(post), post]),
    ]);
  }

  async #enlist(author: UserId, bucket: number): Promise<void> {
    const key = `${author}/${bucket}`;
    if (this.#enlisted.has(key)) return;
    await this.#cql.run(ENLIST, [author, bucket]);
    this.#enlisted.set(key, true);
  }
}

/** When the post was stamped, in the microseconds of CQL timestamps. */
function createdMicros(post: PostId): bigint {
  return BigInt(postTimeMs(post)) * 1_000n;
}

/** The driver takes Buffers only. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The post of a row of any table that has the column. */
export function postIdIn(row: CqlRow): PostId {
  return trustedPostId(row.post_id as bigint);
}
