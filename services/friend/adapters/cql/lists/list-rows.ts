import { trustedUserId, type UserId } from "../../../../model/ids.ts";
import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Cql, CqlRow } from "../../../../platform/storage/cql/session.ts";
import { decodePacked, encodePacked, type PackedList } from "./packed-list.ts";

/** Somebody whose edge may have changed. */
export interface ChangedEdge {
  readonly friend: bigint;
  /** When that was told of last, Unix ms. */
  readonly toldAtMs: number;
}

/** A person's packed list, and whose edges have changed lately. */
export interface StoredList {
  readonly packed: PackedList | undefined;
  readonly changed: readonly ChangedEdge[];
  /** False: more have changed than are here. */
  readonly isWhole: boolean;
}

/** What is kept of a person beside their edges; all of it expires. */
export interface ListRows {
  read(user: UserId): Promise<StoredList>;
  /** Of several lists of one person that which was read last stays. */
  write(user: UserId, list: PackedList): Promise<void>;
}

/** Where a change of an edge is told of. */
export interface Announcements {
  /** Whoever reads the packed list of `user` looks at this edge from now on. Durable when it resolves. */
  announce(user: UserId, friend: UserId): Promise<void>;
}

/** For where no list is packed. */
export const NO_ANNOUNCEMENTS: Announcements = { announce: async () => {} };

/** How long a packed list counts, from when it was read. */
export const PACKED_LIFE_MS = 7 * 86_400_000;
/**
 * More than passes from when a change is told of until its rows are written, or until who completes it has told of
 * it again, and than clocks differ by: a list that was read so much later has the change.
 */
export const CHANGE_MS = 86_400_000;
/** A change is told of until no list counts any more that may lack it. */
export const CHANGED_LIFE_MS = PACKED_LIFE_MS + CHANGE_MS;
/** More are as dear to look up as a list of 200 is to read. */
export const MAX_CHANGED = 32;

const MS_PER_S = 1_000;
const US_PER_MS = 1_000n;
/** No person's id: the row of the list itself, before those of friends. */
const PACKED = 0n;
/** One more than may be there says that there are too many. */
const MAX_ROWS = 1 + MAX_CHANGED + 1;
const READ = `SELECT friend, packed, told_at FROM friend_lists WHERE user = ? LIMIT ${MAX_ROWS}`;
const READ_CHANGED = `SELECT friend, told_at FROM friend_lists
  WHERE user = ? AND friend >= ? LIMIT ?`;
/** Of eight days: an import of many friends is all that has more. */
const MAX_CHANGED_READ = 5_000;
const WRITE = `INSERT INTO friend_lists (user, friend, packed) VALUES (?, ?, ?)
  USING TIMESTAMP ? AND TTL ${PACKED_LIFE_MS / MS_PER_S}`;
const ANNOUNCE = `INSERT INTO friend_lists (user, friend, told_at) VALUES (?, ?, ?)
  USING TTL ${CHANGED_LIFE_MS / MS_PER_S}`;

export class CqlListRows implements ListRows, Announcements {
  readonly #cql: Cql;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(cql: Cql, clock: Pick<Clock, "nowMs">) {
    this.#cql = cql;
    this.#clock = clock;
  }

  async read(user: UserId): Promise<StoredList> {
    const rows = await this.#cql.run(READ, [user]);
    const [first] = rows;
    const isPacked = first?.friend === PACKED;
    const changed = (isPacked ? rows.slice(1) : rows).map(changedEdge);
    const packed = isPacked ? decodePacked(first.packed as Buffer) : undefined;
    return { packed, changed, isWhole: changed.length <= MAX_CHANGED };
  }

  /** Of changes that were told of at or after this time, Unix ms, by the clocks of those who did. */
  async changedSince(user: UserId, sinceMs: number): Promise<readonly UserId[]> {
    const rows = await this.#cql.run(READ_CHANGED, [user, PACKED + 1n, MAX_CHANGED_READ]);
    const lately = rows.map(changedEdge).filter(({ toldAtMs }) => toldAtMs >= sinceMs);
    return lately.map(({ friend }) => trustedUserId(friend));
  }

  async write(user: UserId, list: PackedList): Promise<void> {
    const version = BigInt(list.readAtMs) * US_PER_MS;
    await this.#cql.run(WRITE, [user, PACKED, encodePacked(list), version]);
  }

  async announce(user: UserId, friend: UserId): Promise<void> {
    await this.#cql.run(ANNOUNCE, [user, friend, BigInt(this.#clock.nowMs())]);
  }
}

function changedEdge(row: CqlRow): ChangedEdge {
  return { friend: row.friend as bigint, toldAtMs: Number(row.told_at) };
}
