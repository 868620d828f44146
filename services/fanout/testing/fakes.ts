import type { PostId, UserId } from "../../model/ids.ts";
import { MAX_FRIENDS_PER_CHUNK } from "../../model/limits.ts";
import type { AppendBatch } from "../../model/wire/append-entries.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import { buildOwnerTable, type OwnerTable } from "../domain/owner-table.ts";
import type { AppendCounts, EdgeHint, Friends, Timelines } from "../ports.ts";

/** A graph in memory. `before` runs ahead of each read, and may fail or hold it. */
export class FakeFriends implements Friends {
  readonly friendsOf = new Map<UserId, bigint[]>();
  before: (read: "lists" | "range", author: UserId) => Promise<void> | void = () => {};
  listCalls: (readonly UserId[])[] = [];
  rangeCalls = 0;

  async lists(authors: readonly UserId[]) {
    this.listCalls.push(authors);
    for (const author of authors) await this.before("lists", author);
    return authors.map((userId) => {
      const ids = this.#sorted(userId);
      const friends = pairsOf(ids.length > MAX_FRIENDS_PER_CHUNK ? [] : ids);
      return { userId, friendCount: ids.length, friends };
    });
  }

  async *range(author: UserId, from: bigint, before: bigint): AsyncIterable<Uint32Array> {
    this.rangeCalls++;
    await this.before("range", author);
    const ids = this.#sorted(author).filter((id) => id >= from && (before === 0n || id < before));
    for (let i = 0; i < ids.length; i += MAX_FRIENDS_PER_CHUNK) {
      yield pairsOf(ids.slice(i, i + MAX_FRIENDS_PER_CHUNK));
    }
  }

  #sorted(author: UserId): bigint[] {
    return [...(this.friendsOf.get(author) ?? [])].sort((a, b) => (a < b ? -1 : 1));
  }
}

/** Owners in memory. `before` runs ahead of each append, and may fail or hold it. */
export class FakeTimelines implements Timelines {
  owners: OwnerTable;
  /** What `refresh` will find. */
  nextOwners: OwnerTable;
  /** Posts by viewer: what is durable. */
  readonly entries = new Map<bigint, Set<PostId>>();
  readonly deletions = new Set<PostId>();
  readonly hints: { readonly owner: string; readonly hint: EdgeHint }[] = [];
  readonly calls: { readonly owner: string; readonly batch: AppendBatch }[] = [];
  before: (owner: string, batch: AppendBatch) => Promise<void> | void = () => {};

  constructor(owners: OwnerTable) {
    this.owners = owners;
    this.nextOwners = owners;
  }

  async refresh(): Promise<void> {
    this.owners = this.nextOwners;
  }

  async append(owner: string, batch: AppendBatch): Promise<AppendCounts> {
    this.calls.push({ owner, batch });
    await this.before(owner, batch);
    for (const { postId, viewers, deleted } of batch.appends) {
      if (deleted) this.deletions.add(postId);
      for (const viewer of idsOf(viewers)) {
        this.entries.getOrInsertComputed(viewer, () => new Set<PostId>()).add(postId);
      }
    }
    return { appendedCount: 1, duplicateCount: 0, droppedCount: 0, deactivatedCount: 0 };
  }

  async notify(owner: string, hints: readonly EdgeHint[]): Promise<void> {
    for (const hint of hints) this.hints.push({ owner, hint });
  }

  /** Who has the post. */
  viewersOf(post: PostId): bigint[] {
    const viewers = [...this.entries].filter(([, posts]) => posts.has(post)).map(([id]) => id);
    return viewers.sort((a, b) => (a < b ? -1 : 1));
  }
}

/** Shards spread over these owners in turn. */
export function ownersInTurn(...addresses: string[]): OwnerTable {
  return buildOwnerTable((shard) => addresses[shard % addresses.length]);
}

export function nobody(): OwnerTable {
  return buildOwnerTable(() => undefined);
}

/** One gate: `wait` blocks whoever comes until `open`. */
export class Gate {
  #opened = Promise.withResolvers<void>();
  waiting = 0;

  async wait(): Promise<void> {
    this.waiting++;
    await this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}
