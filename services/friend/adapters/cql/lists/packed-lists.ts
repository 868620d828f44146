import type { UserId } from "../../../../model/ids.ts";
import { pairsOf } from "../../../../model/wire/id-pairs.ts";
import type { Clock } from "../../../../platform/clock/clock.ts";
import {
  idCount,
  insertId,
  isIdAt,
  lowerBound,
  removeId,
  sliceIds,
} from "../../../domain/sorted-ids.ts";
import type { FriendList } from "../parts/friend-list.ts";
import { CHANGE_MS, type ListRows, PACKED_LIFE_MS, type StoredList } from "./list-rows.ts";
import type { OlderWriters } from "./older-writers.ts";
import type { PackedList } from "./packed-list.ts";

export interface PackedListsDeps {
  readonly rows: ListRows;
  readonly edges: Pick<FriendList, "range" | "among">;
  readonly olderWriters: Pick<OlderWriters, "goneByMs">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** What a packed list says, and whose edges are to be looked up. */
interface KnownList {
  readonly friends: Uint32Array;
  readonly changed: readonly bigint[];
}

/** A longer list is read by ranges, and would be read as a whole for each of them. */
const MAX_PACKED_FRIENDS = 5_000;
/** What more wants to be packed is packed when it is read again. */
const MAX_PACKING = 8;
/** Nothing is asked of packed lists, and none is made. */
const NOT_ASKED: StoredList = { packed: undefined, changed: [], isWhole: false };
/** Who is so far ahead has no clock: their list would seem to be younger than it is. */
const MAX_AHEAD_MS = 3_600_000;

/**
 * A person's friends from one row in place of one a friend. Edges are the truth, and a packed list is what they
 * were once: so who changes an edge tells of it first, and a reader looks up the edges that were told of, but for
 * those of which it was a day before the list was read. That is durable before any row of the edge is written, and
 * lives a day longer than a list; thus an edge that somebody has seen, and that is not in the list, is always
 * one to be looked up.
 */
export class PackedLists {
  readonly #deps: PackedListsDeps;
  readonly #packing = new Set<Promise<void>>();

  constructor(deps: PackedListsDeps) {
    this.#deps = deps;
  }

  /** Friends in [from, before), ascending, at most `max`; `before` 0n: to the last. */
  async range(user: UserId, from: bigint, before: bigint, max: number): Promise<Uint32Array> {
    const { rows, edges, olderWriters, clock } = this.#deps;
    const readAtMs = clock.nowMs();
    const goneByMs = olderWriters.goneByMs() ?? Infinity;
    const isAsked = readAtMs > goneByMs;
    const stored = isAsked ? await rows.read(user) : NOT_ASKED;
    const known = this.#usable(stored, goneByMs);
    if (known) return sliceIds(await this.#asItIs(user, known), from, before, max);
    const friends = pairsOf(await edges.range(user, from, before, max));
    const isAll = from <= 1n && before === 0n && idCount(friends) < max;
    if (stored.isWhole && isAll) this.#pack(user, { readAtMs, friends });
    return friends;
  }

  /** Resolves when all that was begun is packed, or not. */
  async settle(): Promise<void> {
    await Promise.all(this.#packing);
  }

  #usable({ packed, changed, isWhole }: StoredList, goneByMs: number): KnownList | undefined {
    const nowMs = this.#deps.clock.nowMs();
    if (!packed || !isWhole || !isValid(packed, nowMs) || packed.readAtMs <= goneByMs)
      return undefined;
    const since = changed.filter(({ toldAtMs }) => toldAtMs > packed.readAtMs - CHANGE_MS);
    // Read again, the list has them, and they are looked up no more.
    if (since.some(({ toldAtMs }) => toldAtMs < nowMs - CHANGE_MS)) return undefined;
    return { friends: packed.friends, changed: since.map(({ friend }) => friend) };
  }

  async #asItIs(user: UserId, { friends, changed }: KnownList): Promise<Uint32Array> {
    if (changed.length === 0) return friends;
    const present = new Set(await this.#deps.edges.among(user, changed));
    return changed.reduce((list, friend) => withOrWithout(list, friend, present), friends);
  }

  /** Beside whatever is done with the list. What fails is packed at another reading. */
  #pack(user: UserId, list: PackedList): void {
    if (idCount(list.friends) > MAX_PACKED_FRIENDS || this.#packing.size >= MAX_PACKING) return;
    const packing = this.#deps.rows.write(user, list).catch(() => {});
    this.#packing.add(packing);
    void packing.then(() => this.#packing.delete(packing));
  }
}

/** By the time of its reading, whenever it was written: its writer may have paused in between. */
function isValid({ readAtMs }: PackedList, nowMs: number): boolean {
  return nowMs - readAtMs < PACKED_LIFE_MS && readAtMs - nowMs < MAX_AHEAD_MS;
}

function withOrWithout(
  friends: Uint32Array,
  friend: bigint,
  present: ReadonlySet<bigint>,
): Uint32Array {
  const index = lowerBound(friends, friend);
  const isThere = isIdAt(friends, index, friend);
  if (isThere === present.has(friend)) return friends;
  return isThere ? removeId(friends, index) : insertId(friends, index, friend);
}
