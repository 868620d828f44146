import type { PostId, UserId } from "../model/ids.ts";
import type { GoneState } from "../model/person-states.ts";

/** A post as its author sent it, checked, its texts still as UTF-8 bytes: they are stored as they came. */
export interface PostDraft {
  readonly authorId: UserId;
  readonly text: Uint8Array;
  /** Names the request for 24 hours; empty: the request has no name. */
  readonly requestId: string;
  readonly client: Uint8Array;
  readonly device: Uint8Array;
  readonly place: PlaceDraft | undefined;
}

export interface PlaceDraft {
  readonly name: Uint8Array;
  readonly latitude: number;
  readonly longitude: number;
}

/** The post is durable; or the request's name stands for another text; or the author writes no more. */
export type CreateOutcome =
  | {
      readonly kind: "created";
      readonly postId: PostId;
      /** An earlier request of the same name has made it. */
      readonly isRepeat: boolean;
    }
  | { readonly kind: "conflict" }
  | { readonly kind: "author-gone"; readonly state: GoneState };

export type DeleteOutcome = "deleted" | "not-found" | "not-author";

/** What is known about an id: an encoded tidings.post.v1.Post, without its text when deleted. */
export type PostLookup =
  | { readonly kind: "found" | "deleted"; readonly message: Uint8Array }
  | { readonly kind: "unknown" };

/** Which posts of which authors: since <= id < before, at most `limit`, the newest. */
export interface AuthorPostsQuery {
  /** Each once. */
  readonly authors: readonly UserId[];
  readonly since: PostId;
  /** Undefined: no upper bound. */
  readonly before: PostId | undefined;
  readonly limit: number;
}

export interface AuthorPost {
  readonly postId: PostId;
  readonly authorId: UserId;
}

export interface AuthorPosts {
  /** Newest first, deleted ones left out. */
  readonly posts: readonly AuthorPost[];
  /** Every post of the query with an id at or above this one is among `posts`. */
  readonly completeFrom: bigint;
}

/** Posts, by id and by author, each with its event in an outbox. What is answered is durable. */
export interface PostStore {
  /**
   * `traceId` travels with the event. Of two creates with the same author and request id one stores a
   * post, and both are answered only when it is durable.
   */
  create(draft: PostDraft, traceId: string): Promise<CreateOutcome>;
  /** In the order of `ids`. */
  get(ids: readonly bigint[]): Promise<readonly PostLookup[]> | readonly PostLookup[];
  listByAuthors(query: AuthorPostsQuery): Promise<AuthorPosts> | AuthorPosts;
  delete(post: PostId, author: UserId, traceId: string): Promise<DeleteOutcome>;
}

/** Where a row of the post log is. `bucket` is for the adapter; 0 when it has none. */
export interface PostLogPlace {
  /** From 1, in its generation. */
  readonly seq: number;
  readonly bucket: number;
}

export interface PostLogHead extends PostLogPlace {
  readonly generation: bigint;
  /** Undefined: its writer tells of none here, and they are in the rows. */
  readonly deletions?: HeadDeletions | undefined;
}

/** Of which deletions a head tells, so that the rows need not be read for them. */
export interface HeadDeletions {
  /** These are all deletions in the rows after this one, up to the head's. */
  readonly since: number;
  readonly posts: readonly bigint[];
}

export interface PostLogRow extends PostLogPlace {
  readonly previousBucket: number;
  /** As services/model/wire/post-log-row.ts packs it. */
  readonly packed: Uint8Array;
}

export interface PostLogQuery {
  readonly generation: bigint;
  /** With "before", `bucket` is that of the row before this one. */
  readonly place: PostLogPlace;
  readonly direction: "after" | "before";
  readonly limit: number;
}

/**
 * Every change, in rows that are durable before what they tell of is published (rule 6.10). A generation
 * is what one process wrote under one lease; its rows are numbered without a gap and never change.
 */
export interface PostLog {
  /** Posts with ids below `began` may have no row. Heads: of all generations that have rows. */
  heads(): Promise<{ readonly began: bigint; readonly heads: readonly PostLogHead[] }>;
  /** Rows next to a place, in the query's direction; none when there are none, or they have expired. */
  list(query: PostLogQuery): Promise<readonly PostLogRow[]>;
}

/** What erasing an author needs of the store of posts. */
export interface PostEraser {
  /** Also deleted ones: ids below `before`, newest first, at most `limit`. */
  listAll(author: UserId, before: bigint, limit: number): Promise<readonly PostId[]>;
  /** Durable: of these posts of the author nothing is left but ids that are deleted. */
  erase(author: UserId, posts: readonly PostId[]): Promise<void>;
}

/** The authors' quota of posts as all replicas share it. */
export interface SharedAuthorQuota {
  /** "allowed", and counted; or ms until there is one; undefined: it can't say now. */
  take(author: UserId): "allowed" | number | undefined;
}
