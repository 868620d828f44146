import type { PostId, UserId } from "../model/ids.ts";

/** Ids of comments are made as those of posts are: they rise with time. */
export type CommentId = PostId;

/** A comment, or a reply. */
export interface Comment {
  readonly commentId: CommentId;
  readonly postId: PostId;
  readonly authorId: UserId;
  /** 0n: it replies to the post. */
  readonly parentId: bigint;
  readonly text: string;
}

/** One reaction; `comment` 0n is the like. */
export interface Reaction {
  readonly user: UserId;
  readonly post: PostId;
  readonly comment: bigint;
}

export interface CommentDraft extends Omit<Comment, "commentId"> {
  readonly requestId: string;
}

export type CommentOutcome =
  | { readonly kind: "created"; readonly comment: Comment }
  /** The request id names another comment. */
  | { readonly kind: "conflict" };

export interface Counts {
  readonly likes: number;
  readonly comments: number;
}

/**
 * Likes and comments. What a change answers is durable, with its event in the outbox; `traceId` travels with
 * that. A change that is repeated changes nothing, and tells nobody.
 */
export interface ReactionStore {
  /** False: it was so before. */
  like(user: UserId, post: PostId, traceId: string): Promise<boolean>;
  unlike(user: UserId, post: PostId, traceId: string): Promise<boolean>;
  comment(draft: CommentDraft, traceId: string): Promise<CommentOutcome>;
  /** One that is not there is deleted already. */
  deleteComment(comment: Reaction, traceId: string): Promise<void>;
  findComment(post: PostId, comment: bigint): Promise<Comment | undefined>;
  counts(posts: readonly PostId[]): Promise<readonly Counts[]>;
  liked(user: UserId, posts: readonly PostId[]): Promise<readonly boolean[]>;
  /** People who like the post, behind the cursor of an earlier page, in an order of the store's own. */
  likers(post: PostId, after: string, limit: number): Promise<Page<UserId>>;
  /** Newest first, with ids below `before`; 0n: from the newest. */
  comments(post: PostId, before: bigint, limit: number): Promise<readonly Comment[]>;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty at the end. */
  readonly next: string;
}

/**
 * What erasing takes. Reactions that are set aside are in no list and no count, and can be put back. `change`
 * numbers the changes of their person, rising: what a higher number has been heard for changes nothing, however
 * late it comes and whatever any clock says.
 */
export interface ReactionEraser {
  by(user: UserId, after: string, limit: number): Promise<Page<Reaction>>;
  on(post: PostId, after: string, limit: number): Promise<Page<Reaction>>;
  setAside(reactions: readonly Reaction[], change: number): Promise<void>;
  putBack(reactions: readonly Reaction[], change: number): Promise<void>;
  /** For good. */
  erase(reactions: readonly Reaction[]): Promise<void>;
}

/** The posts, and who may see them. */
export interface PostViewing {
  /** Who wrote it, if the viewer may see it. Errors are DomainErrors. */
  authorOf(viewer: UserId, post: PostId): Promise<UserId | undefined>;
  /** Of these people, who is hidden from the viewer by a block of either. Errors are DomainErrors. */
  hiddenFrom(viewer: UserId, people: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** It is deleted. */
  forget(post: PostId): void;
}
