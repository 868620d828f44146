import type { UserId } from "../model/ids.ts";
import type { BoundedList } from "./domain/bounds.ts";
import type { StoredTable, TableChange, TableHead } from "./domain/pulled/changes.ts";
import type { Act, Relation } from "./domain/standing.ts";

/** One person's friends. */
export interface FriendIds {
  readonly friendCount: number;
  /** Ascending, pairs of 32-bit halves (model/wire/id-pairs.ts). Empty when they are too many. */
  readonly friends: Uint32Array;
}

/** What bounds the answer of `lists`. */
export interface ListBounds {
  /** A longer list is counted and not read. */
  readonly maxFriendsEach: number;
  /** Lists are read until their ids have so many bytes; the list that would pass it is left out. */
  readonly maxTotalBytes: number;
}

/**
 * The graph, read only: stored, or computed from a seed. Throws a DomainError NOT_FOUND for a person
 * who cannot be; a stored graph knows none such. Every read is as fresh as the last acknowledged write.
 */
export interface FriendGraph {
  /** One list a person, in this order; fewer when they reach `maxTotalBytes`, but never none. */
  lists(users: readonly UserId[], bounds: ListBounds): Promise<readonly FriendIds[]>;
  /** Friends in [from, before), ascending pairs of halves, at most `max`. `before` 0n: to the last. */
  range(user: UserId, from: bigint, before: bigint, max: number): Promise<Uint32Array>;
  /** In the order of `users`. */
  counts(users: readonly UserId[]): Promise<readonly number[]>;
  /** In the order of `others`: is a friend of `user`. */
  check(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]>;
  /**
   * Whose edges with the user have changed since then (Unix ms, at most CHANGED_EDGE_MS ago), friends now or not, in
   * any order: of whatever change a read before has seen. Of very many the newest, or some.
   */
  changed(user: UserId, sinceMs: number): Promise<readonly UserId[]>;
}

/** An edge as one of its ends asked for it. The event tells of the change on the topic "edges". */
export interface EdgeChange {
  readonly user: UserId;
  readonly friend: UserId;
  /** An encoded tidings.event.v1.Event. */
  readonly event: Uint8Array;
}

/** `full`: `user` has the most friends allowed; `blocked`: one has blocked the other. Nothing was changed. */
export type EdgeOutcome =
  | { readonly kind: "changed" }
  | { readonly kind: "unchanged" }
  | { readonly kind: "full"; readonly user: UserId }
  | { readonly kind: "blocked" };

/**
 * Changes edges. Durable when it resolves: both directions of the edge, and its event in the outbox
 * when something changed. Concurrent changes of one edge leave both directions equal.
 */
export interface EdgeWriter {
  add(change: EdgeChange): Promise<EdgeOutcome>;
  remove(change: EdgeChange): Promise<EdgeOutcome>;
}

/** What one person does about another, at a time in ms since the Unix epoch. */
export interface PersonalAct extends Omit<EdgeChange, "friend"> {
  readonly other: UserId;
  readonly act: Act;
  readonly nowMs: number;
}

/** `full`: a list of `user` has the most entries allowed; `blocked`: a block forbids it. Nothing was changed. */
export type ActOutcome =
  | { readonly kind: "done"; readonly changed: boolean; readonly areFriends: boolean }
  | { readonly kind: "full"; readonly list: BoundedList; readonly user: UserId }
  | { readonly kind: "blocked" };

/** Somebody on a list, and since when: ms since the Unix epoch. */
export interface Related {
  readonly userId: UserId;
  readonly sinceMs: number;
}

/** A part of one list of a person: of ids at or above `from`, at most `max`. */
export interface RelatedQuery {
  readonly user: UserId;
  readonly relation: Relation;
  readonly from: bigint;
  readonly max: number;
}

/**
 * Requests and blocks. Durable when it resolves, as a whole: what two people are to each other, the lists
 * of both, their edge, and its event when it changed. Acts on the same two people happen one after the
 * other, whoever does them.
 */
export interface Consents {
  act(act: PersonalAct): Promise<ActOutcome>;
  /** Ascending by id. */
  related(query: RelatedQuery): Promise<readonly Related[]>;
  /** In the order of `others`: either has blocked the other. */
  hidden(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]>;
}

/** Who serves timelines. */
export interface TimelineOwners {
  /**
   * Tells the owners of both people's timelines that their edge may have changed. True: no page that is asked for
   * from now on goes by what was known before. False: not within a moment; their events will tell. Never throws.
   */
  tell(user: UserId, friend: UserId): Promise<boolean>;
}

/** A change of an edge that was answered before the owners of both timelines knew of it; when, Unix ms. */
export interface UntoldChange {
  readonly user: UserId;
  readonly friend: UserId;
  readonly atMs: number;
}

/** For UNTOLD_KEPT_MS, for whoever asks, of whichever process. */
export interface UntoldChanges {
  /** Durable when it resolves. */
  note(user: UserId, friend: UserId): Promise<void>;
  /** Those of then and later, oldest first, at most `max`. */
  since(sinceMs: number, max: number): Promise<readonly UntoldChange[]>;
}

/** Tells of people on the topic "people". */
export interface PeopleNews {
  /** An encoded tidings.event.v1.Event; in the outbox, durably, when it resolves. */
  tell(event: Uint8Array): Promise<void>;
}

/** A graph that can be changed. */
export type FriendStore = FriendGraph & EdgeWriter & Consents & PeopleNews;

/** Where the table of pulled intervals is kept: a head, and the intervals. */
export interface PulledRows {
  head(): Promise<TableHead>;
  /** Head and intervals of one moment. */
  read(): Promise<StoredTable>;
  /**
   * Writes the change, with the next revision, if the table is at `seen`'s still (compare-and-set, at
   * SERIAL). False: another was faster. UNAVAILABLE: nobody knows; read it, and see.
   */
  change(seen: TableHead, change: TableChange): Promise<boolean>;
}
