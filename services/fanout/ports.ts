import type { PostId, UserId } from "../model/ids.ts";
import type { AppendBatch } from "../model/wire/append-entries.ts";
import type { FriendListHot } from "../model/wire/friend-lists.ts";
import type { OwnerTable } from "./domain/owner-table.ts";

/** The graph, read at quorum and uncached. Errors are DomainErrors. */
export interface Friends {
  /** One list an author, in this order. A list longer than a chunk has only its count. */
  lists(authors: readonly UserId[]): Promise<readonly FriendListHot[]>;
  /** Friends in [from, before), ascending, in batches of pairs; `before` 0n: to the last. */
  range(author: UserId, from: bigint, before: bigint): AsyncIterable<Uint32Array>;
}

/** What became of entries. */
export interface AppendCounts {
  readonly appendedCount: number;
  readonly duplicateCount: number;
  readonly droppedCount: number;
  readonly deactivatedCount: number;
}

/** An edge seen from one viewer. */
export interface EdgeHint {
  readonly viewerId: UserId;
  readonly friendId: UserId;
}

/** The owners of the timelines, by address. Errors are DomainErrors. */
export interface Timelines {
  /** Who owns which shard, as of the last `refresh`. */
  readonly owners: OwnerTable;
  /** Asks again, unless it was just asked. */
  refresh(): Promise<void>;
  /** Resolves when every entry is durable. */
  append(owner: string, batch: AppendBatch): Promise<AppendCounts>;
  notify(owner: string, hints: readonly EdgeHint[]): Promise<void>;
}

/** What is given up of a post its readers look for. Errors are DomainErrors. */
export interface Undelivered {
  pull(post: Pick<PostToDeliver, "postId" | "authorId">): Promise<void>;
}

export type { PulledIntervals } from "../model/pulled/pulled-table.ts";

/** One post on its way to its author's friends. */
export interface PostToDeliver {
  readonly postId: PostId;
  readonly authorId: UserId;
  /** A deletion travels the same way. */
  readonly deleted: boolean;
  /** When it was acknowledged, ms since the Unix epoch. */
  readonly createTimeMs: number;
  readonly requestId: string;
  /** Only of a post that is traced. */
  readonly traceparent?: string | undefined;
}
