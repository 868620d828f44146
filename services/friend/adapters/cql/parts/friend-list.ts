import { MAX_ID, type UserId } from "../../../../model/ids.ts";
import type { Cql, CqlRow } from "../../../../platform/storage/cql/session.ts";
import { type CqlPartRows, partsIn, stateOf } from "./cql-part-rows.ts";
import { mergeParts, type PartPage, type PartRow } from "./merge-parts.ts";

const LIST = `SELECT friend, present, parts FROM friend_edges
  WHERE user = ? AND friend >= ? AND friend <= ? LIMIT ?`;
const LIST_FIRST = `SELECT friend, present, WRITETIME(present) AS version FROM friend_edges
  WHERE user = ? AND friend >= ? AND friend <= ? LIMIT ?`;
const LIST_MORE = `SELECT friend, present, WRITETIME(present) AS version FROM friend_edge_parts
  WHERE user = ? AND part = ? AND friend >= ? AND friend <= ? LIMIT ?`;
const CHECK = "SELECT friend, present, parts FROM friend_edges WHERE user = ? AND friend IN ?";
const CHECK_FIRST = `SELECT friend, present, WRITETIME(present) AS version
  FROM friend_edges WHERE user = ? AND friend IN ?`;
const CHECK_MORE = `SELECT friend, present, WRITETIME(present) AS version
  FROM friend_edge_parts WHERE user = ? AND part IN ? AND friend IN ?`;

/** Of one read: the driver takes no more at once, and fewer would be many reads past removed edges. */
const MAX_PAGE_ROWS = 5_000;
const MIN_PAGE_ROWS = 200;

/** Reads one person's friends, from however many parts they are in. */
export class FriendList {
  readonly #cql: Cql;
  readonly #parts: CqlPartRows;

  constructor(cql: Cql, parts: CqlPartRows) {
    this.#cql = cql;
    this.#parts = parts;
  }

  /** Friends in [from, before), ascending, at most `max`; `before` 0n: to the last. */
  async range(user: UserId, from: bigint, before: bigint, max: number): Promise<bigint[]> {
    const last = before === 0n ? MAX_ID : before - 1n;
    const asked = pageRows(max);
    const rows = await this.#cql.run(LIST, [user, from, last, asked]);
    const parts = await this.#partsBeside(user, rows);
    const friends =
      parts === 1
        ? await this.#ofOnePart(user, { rows, asked, last, max })
        : await this.#ofParts(user, parts, { from, last, max });
    return friends.slice(0, max);
  }

  /** Which of the others are friends; at most as many as a key may be asked for at once. */
  async among(user: UserId, others: readonly bigint[]): Promise<readonly bigint[]> {
    const rows = await this.#cql.run(CHECK, [user, others]);
    const parts = await this.#partsBeside(user, rows);
    if (parts === 1) return presentFriends(rows);
    const all = await Promise.all([
      this.#cql.run(CHECK_FIRST, [user, others]),
      this.#cql.run(CHECK_MORE, [user, furtherParts(parts), others]),
    ]);
    return mergeParts([{ rows: all.flat().map(partRow), isLast: true }]).friends;
  }

  /** Rows say it; without any of them it is asked. */
  #partsBeside(user: UserId, rows: readonly CqlRow[]): number | Promise<number> {
    return rows.length > 0 ? partsIn(rows[0]) : this.#parts.partsOf(user);
  }

  /** Pages by the last id seen: rows of removed edges are among those read, not among those given. */
  async #ofOnePart(user: UserId, first: FirstPage): Promise<bigint[]> {
    let { rows, asked } = first;
    const friends = presentFriends(rows);
    while (rows.length === asked && friends.length < first.max) {
      const start = (rows[rows.length - 1].friend as bigint) + 1n;
      asked = pageRows(first.max - friends.length);
      rows = await this.#cql.run(LIST, [user, start, first.last, asked]);
      friends.push(...presentFriends(rows));
    }
    return friends;
  }

  async #ofParts(
    user: UserId,
    parts: number,
    { from, last, max }: { readonly from: bigint; readonly last: bigint; readonly max: number },
  ): Promise<bigint[]> {
    const friends: bigint[] = [];
    for (let start = from; friends.length < max; ) {
      const asked = pageRows(Math.ceil((max - friends.length) / parts));
      const pages = await Promise.all(
        Array.from({ length: parts }, (_, part) => this.#page(user, part, [start, last, asked])),
      );
      const merged = mergeParts(pages);
      friends.push(...merged.friends);
      if (merged.through === undefined) break;
      start = merged.through + 1n;
    }
    return friends;
  }

  async #page(
    user: UserId,
    part: number,
    [start, last, asked]: readonly [bigint, bigint, number],
  ): Promise<PartPage> {
    const rows =
      part === 0
        ? await this.#cql.run(LIST_FIRST, [user, start, last, asked])
        : await this.#cql.run(LIST_MORE, [user, part, start, last, asked]);
    return { rows: rows.map(partRow), isLast: rows.length < asked };
  }
}

interface FirstPage {
  readonly rows: readonly CqlRow[];
  readonly asked: number;
  readonly last: bigint;
  readonly max: number;
}

export function furtherParts(parts: number): readonly number[] {
  return Array.from({ length: parts - 1 }, (_, i) => i + 1);
}

function pageRows(wanted: number): number {
  return Math.max(MIN_PAGE_ROWS, Math.min(wanted, MAX_PAGE_ROWS));
}

function partRow(row: CqlRow): PartRow {
  return { friend: row.friend as bigint, ...stateOf(row) };
}

function presentFriends(rows: readonly CqlRow[]): bigint[] {
  return rows.filter((row) => row.present === 1).map((row) => row.friend as bigint);
}
