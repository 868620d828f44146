import {
  type Post,
  PostLogDirection,
  type PostLogHead,
  PostServiceService,
  PostStatus,
} from "#gen/post/v1/post.ts";
import { postTimeMs } from "../../../model/ids.ts";
import { MAX_BATCH_GET_POSTS } from "../../../model/limits.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { FedPost, FedRow, PostFeed } from "../../ports.ts";

/** Rows that are read at once. */
const MAX_ROWS = 50;
const HEAD_BYTES = 16;
const ID_BYTES = 8;
const DELETED = 1n << 63n;
const ID_MASK = DELETED - 1n;

interface LoggedPost {
  readonly postId: bigint;
  readonly authorId: bigint;
}

/** The post service's log of everything that it publishes: no queue, so nobody takes from anybody. */
export class PostLogFeed implements PostFeed {
  readonly #posts: Client<typeof PostServiceService>;

  constructor(channel: Channel) {
    this.#posts = createClient(PostServiceService, channel);
  }

  async next(after: ReadonlyMap<bigint, bigint>): Promise<readonly FedRow[]> {
    const { heads } = await this.#posts.getPostLogHeads({});
    const rows: FedRow[] = [];
    for (const head of heads) {
      const seq = after.get(head.generation) ?? 0n;
      if (head.seq > seq) rows.push(...(await this.#rowsOf(head, seq)));
    }
    return rows;
  }

  async #rowsOf({ generation }: PostLogHead, seq: bigint): Promise<readonly FedRow[]> {
    const direction = PostLogDirection.AFTER;
    const request = { generation, seq, bucket: 0, direction, limit: MAX_ROWS };
    const { rows } = await this.#posts.listPostLog(request);
    const found: FedRow[] = [];
    for (const row of rows) {
      const posts = await this.#postsOf(createdIn(row.packed));
      found.push({ generation, seq: row.seq, posts });
    }
    return found;
  }

  /** With what only the post itself says; a post that was deleted since still was posted. */
  async #postsOf(logged: readonly LoggedPost[]): Promise<FedPost[]> {
    const posts: FedPost[] = [];
    for (let from = 0; from < logged.length; from += MAX_BATCH_GET_POSTS) {
      const some = logged.slice(from, from + MAX_BATCH_GET_POSTS);
      const { results } = await this.#posts.batchGetPosts({
        postIds: some.map(({ postId }) => postId),
      });
      for (const [i, { status, post }] of results.entries()) {
        posts.push(fedPost(some[i], status === PostStatus.FOUND ? post : undefined));
      }
    }
    return posts;
  }
}

function fedPost({ postId, authorId }: LoggedPost, post: Post | undefined): FedPost {
  return {
    authorId,
    timeMs: postTimeMs(postId),
    client: post?.client ?? "",
    device: post?.device ?? "",
    place: post?.place?.name ?? "",
  };
}

/** The posts of a packed row, without those that it tells the deletion of. */
function createdIn(packed: Uint8Array): readonly LoggedPost[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const count = bytes.readUInt32LE(0);
  const created: LoggedPost[] = [];
  for (let i = 0; i < count; i++) {
    const authorId = bytes.readBigUInt64LE(HEAD_BYTES + i * ID_BYTES);
    const postId = bytes.readBigUInt64LE(HEAD_BYTES + (count + i) * ID_BYTES);
    if ((postId & DELETED) === 0n) created.push({ postId: postId & ID_MASK, authorId });
  }
  return created;
}
