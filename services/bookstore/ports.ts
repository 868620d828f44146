import type { Order } from "#gen/bookstore/v1/bookstore.ts";
import type { ListOwnOrdersRequest, ScoredBook } from "#gen/bookstore/v1/peer.ts";
import type { Call } from "../platform/grpc/call.ts";
import type { Book } from "./domain/books/book.ts";
import type { Line } from "./domain/orders/order.ts";
import type { ShardEvents } from "./domain/records/shard-events.ts";
import type { Refusal } from "./domain/shard/refusal.ts";

/**
 * Where a shard's groups of records are kept, in order. One writer at a time: who opens a journal ends
 * the writing of whoever had it open before.
 */
export interface Journal {
  /** Room that `append` wants before the records, bytes. */
  readonly headerBytes: number;
  /**
   * Resolves when the group is durable: all of it, behind all groups before. The header's room is the
   * journal's to fill. Rejects when nothing can be appended any more: whether the group is there will be
   * known when the journal is opened again.
   */
  append(group: Buffer): Promise<void>;
  /** Whether so much was appended since the last snapshot that the next should be written. */
  isSnapshotDue(): boolean;
  /**
   * Keeps a snapshot that stands for all groups appended before this call, and drops those. `slices`
   * are records; they are taken one at a time. Groups may be appended meanwhile.
   */
  writeSnapshot(slices: Iterable<Buffer>): Promise<void>;
  close(): Promise<void>;
}

/** The journals of all shards. */
export interface Journals {
  /** Tells `events` what stands, then opens the journal behind it. */
  open(shard: number, events: ShardEvents): Promise<Journal>;
  close(): Promise<void>;
}

/** Finds books by words. */
export interface BookIndex {
  /** A book that comes; each once. */
  add(book: Book): void;
  /** At most `limit`, best first. */
  search(query: string, limit: number): readonly FoundBook[];
}

export interface FoundBook {
  readonly bookId: number;
  /** How well it fits; comparable between indexes only roughly. */
  readonly score: number;
}

/** The other shards of an order, wherever they are. Rejects with UNAVAILABLE and the like. */
export interface PartHolders {
  hold(shard: number, orderId: number, lines: readonly Line[]): Promise<Refusal | undefined>;
  settle(shard: number, orderId: number, isSold: boolean): Promise<void>;
}

/** Who serves which shard now. */
export interface Ownership {
  owns(shard: number): boolean;
  /** Above 0 while the lease holds for certain; another number whenever a shard has left this process. */
  term(): number;
  /** host:port of the shard's owner; undefined when it has none, as far as this process knows. */
  ownerOf(shard: number): string | undefined;
  /** Undefined before it is known. */
  map(): ShardMapView | undefined;
}

export interface ShardMapView {
  /** Rises with each change. */
  readonly version: number;
  /** An address of "" has the shards that nobody owns now. */
  readonly owners: readonly { readonly address: string; readonly shards: readonly number[] }[];
}

/** What was found, and in which shards it was looked for. */
export interface Answered<T> {
  readonly found: readonly T[];
  readonly shards: readonly number[];
}

/** The other processes of the bookstore. Methods reject with UNAVAILABLE and the like. */
export interface Peers {
  /** The owner's answer to a method of BookstoreService, which it gives or refuses but never passes on. */
  forward(shard: number, method: string, request: Uint8Array, call: Call): Promise<Uint8Array>;
  /** All others that own shards. */
  searchOthers(query: string, limit: number, call: Call): Promise<readonly Answered<ScoredBook>[]>;
  listOthers(request: ListOwnOrdersRequest, call: Call): Promise<readonly Answered<Order>[]>;
}
