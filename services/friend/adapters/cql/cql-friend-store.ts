import type { UserId } from "../../../model/ids.ts";
import { partsOf } from "../../../platform/concurrency/parts-of.ts";
import { idCount, NO_IDS } from "../../domain/sorted-ids.ts";
import type {
  ActOutcome,
  EdgeChange,
  EdgeOutcome,
  FriendIds,
  FriendStore,
  ListBounds,
  PersonalAct,
  Related,
  RelatedQuery,
} from "../../ports.ts";
import type { CqlListRows } from "./lists/list-rows.ts";
import type { PackedLists } from "./lists/packed-lists.ts";
import type { PairChanges } from "./pair-changes.ts";
import type { FriendCounts } from "./parts/friend-counts.ts";
import type { FriendList } from "./parts/friend-list.ts";
import type { RelationRows } from "./relation-rows.ts";

export interface CqlFriendStoreParts {
  readonly lists: PackedLists;
  readonly listRows: Pick<CqlListRows, "changedSince">;
  readonly edges: FriendList;
  readonly counts: FriendCounts;
  readonly relations: RelationRows;
  readonly changes: PairChanges;
}

/** Partitions read at one time for one call. */
const READS_AT_ONCE = 16;
/** ScyllaDB takes no more clustering keys in one IN. */
const KEYS_PER_READ = 100;

/**
 * The graph as two rows an edge, one in a partition of each person, both written with one version. All
 * reads and writes are at LOCAL_QUORUM (rule 3.4), the session's default.
 */
export class CqlFriendStore implements FriendStore {
  readonly #lists: PackedLists;
  readonly #listRows: CqlFriendStoreParts["listRows"];
  readonly #edges: FriendList;
  readonly #counts: FriendCounts;
  readonly #relations: RelationRows;
  readonly #changes: PairChanges;

  constructor({ lists, listRows, edges, counts, relations, changes }: CqlFriendStoreParts) {
    this.#lists = lists;
    this.#listRows = listRows;
    this.#edges = edges;
    this.#counts = counts;
    this.#relations = relations;
    this.#changes = changes;
  }

  async lists(users: readonly UserId[], bounds: ListBounds): Promise<readonly FriendIds[]> {
    const lists: FriendIds[] = [];
    let room = bounds.maxTotalBytes;
    for await (const list of inWaves(users, (user) => this.#whole(user, bounds.maxFriendsEach))) {
      room -= list.friends.byteLength;
      if (room < 0 && lists.length > 0) break;
      lists.push(list);
    }
    return lists;
  }

  range(user: UserId, from: bigint, before: bigint, max: number): Promise<Uint32Array> {
    return this.#lists.range(user, from, before, max);
  }

  counts(users: readonly UserId[]): Promise<readonly number[]> {
    return Array.fromAsync(inWaves(users, (user) => this.#counts.of(user)));
  }

  async check(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    const distinct = [...new Set(others)];
    const parts = partsOf(distinct, KEYS_PER_READ);
    const friends = new Set<bigint>();
    for await (const found of inWaves(parts, (part) => this.#edges.among(user, part))) {
      for (const friend of found) friends.add(friend);
    }
    return others.map((other) => friends.has(other));
  }

  changed(user: UserId, sinceMs: number): Promise<readonly UserId[]> {
    return this.#listRows.changedSince(user, sinceMs);
  }

  add(change: EdgeChange): Promise<EdgeOutcome> {
    return this.#changes.service(change, "befriend");
  }

  remove(change: EdgeChange): Promise<EdgeOutcome> {
    return this.#changes.service(change, "unfriend");
  }

  act(act: PersonalAct): Promise<ActOutcome> {
    return this.#changes.act(act);
  }

  tell(event: Uint8Array): Promise<void> {
    return this.#changes.tell(event);
  }

  related(query: RelatedQuery): Promise<readonly Related[]> {
    return this.#relations.related(query);
  }

  hidden(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    return this.#relations.hidden(user, others);
  }

  async #whole(user: UserId, max: number): Promise<FriendIds> {
    const friends = await this.#lists.range(user, 1n, 0n, max + 1);
    if (idCount(friends) <= max) return { friendCount: idCount(friends), friends };
    return { friendCount: await this.#counts.of(user), friends: NO_IDS };
  }
}

/** Results in the order of `items`, a bounded number worked on at one time. */
async function* inWaves<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  for (let done = 0; done < items.length; done += READS_AT_ONCE) {
    yield* await Promise.all(items.slice(done, done + READS_AT_ONCE).map(work));
  }
}
