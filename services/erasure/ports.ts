import type { ByTable, Id } from "../../erasure/ports.ts";
import type { UserId } from "../model/ids.ts";
import type { PersonState } from "../model/person-states.ts";
import { DomainError } from "../platform/grpc/errors/errors.ts";
import type { Job } from "./domain/job.ts";

/** Jobs. What was answered is durable. */
export interface JobStore {
  get(jobId: string): Promise<Job | undefined>;
  /**
   * Replaces a job, or makes it, by what `change` makes of it; undefined leaves it. Of two that change it at
   * once the second is asked again. Resolves with the job as it then is.
   */
  change(
    jobId: string,
    change: (job: Job | undefined) => Job | undefined,
  ): Promise<Job | undefined>;
  /**
   * Those that are not over and to be looked at by now (see dueAtMs): not the many whose window runs. Some
   * thousands at a time; what is dealt with makes room for the rest.
   */
  due(nowMs: number): Promise<readonly Job[]>;
  /** 32 random bytes, made by whoever asks first: all hashes here are keyed with it. */
  secret(): Promise<Buffer>;
}

/** What a service answered, or did not; `table` is what it was asked about. */
export class HoldingFailed extends DomainError {
  readonly table: string;

  constructor(table: string, message: string, cause: DomainError) {
    const { code, reason, metadata, retryAfterMs } = cause;
    const hints = {
      ...(reason && { reason }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
    super(code, message, { ...hints, metadata, cause });
    this.name = "HoldingFailed";
    this.table = table;
  }
}

/** Who has something of people, and is told what a person is now. */
export interface Told {
  /**
   * Resolves when everybody sees it so, with the number of the change that is in force: a higher one when `change`
   * was overtaken, and nothing was changed.
   */
  setState(user: UserId, state: PersonState, change: number): Promise<number>;
}

/** Posts, over gRPC. */
export interface Posts extends Told {
  /** Ids of all posts, in parts. */
  list(author: UserId): AsyncIterable<readonly bigint[]>;
  erase(author: UserId, posts: readonly bigint[]): Promise<void>;
}

/** The graph, over gRPC. */
export interface Friends extends Told {
  list(user: UserId): AsyncIterable<readonly bigint[]>;
  remove(user: UserId, friends: readonly bigint[]): Promise<void>;
  /** People with whom there is an open request or a block, of either. */
  related(user: UserId): AsyncIterable<readonly bigint[]>;
  forget(user: UserId, others: readonly bigint[]): Promise<void>;
}

/** Timelines, over gRPC. */
export interface Timelines {
  /** Whether the viewer has a timeline now; asking makes none, and lets none live longer. */
  isActive(viewer: UserId): Promise<boolean>;
  /** The viewer's entries count no more. */
  deactivate(viewer: UserId): Promise<void>;
}

export type ReactionTable = "likes" | "comments";

/** Likes and comments, over gRPC. An item's id is "person.post.comment", the comment of a like 0. */
export interface Reactions extends Told {
  by(user: UserId, table: ReactionTable): AsyncIterable<readonly string[]>;
  on(posts: readonly bigint[], table: ReactionTable): AsyncIterable<readonly string[]>;
  erase(reactions: readonly string[]): Promise<void>;
}

/** Orders of a bookstore, over gRPC. */
export interface Orders extends Told {
  list(buyer: UserId): AsyncIterable<readonly bigint[]>;
  /** The orders stay; whose they were is known no more. */
  anonymise(buyer: UserId, orders: readonly bigint[]): Promise<void>;
}

/** Revenue by user, over gRPC. */
export interface Revenues extends Told {
  /** The user that a person is, if they are one. */
  of(person: UserId): Promise<readonly bigint[]>;
  /** The user stays with its revenue; who it was is known no more. */
  anonymise(person: UserId): Promise<void>;
}

/** All that holds something of people. */
export interface Holdings {
  readonly posts: Posts;
  readonly friends: Friends;
  readonly timelines: Timelines;
  readonly reactions: Reactions;
  readonly orders: Orders;
  readonly revenues: Revenues;
}

export type { ByTable, Id };
