import type { UserId } from "../../../../model/ids.ts";
import type { Cql, CqlRow } from "../../../../platform/storage/cql/session.ts";
import { CLOSED_TTL_SECONDS, type EdgeKey, type EdgeState, NO_TTL } from "../edge-rows.ts";
import type { Announcements } from "../lists/list-rows.ts";
import type { PartRows } from "./edge-parts.ts";

const PARTS = "SELECT parts FROM friend_edges WHERE user = ? LIMIT 1";
const READ = `SELECT present, WRITETIME(present) AS version, parts
  FROM friend_edges WHERE user = ? AND friend = ?`;
const READ_MORE = `SELECT part, present, WRITETIME(present) AS version
  FROM friend_edge_parts WHERE user = ? AND part IN ? AND friend = ?`;
const WRITE = `INSERT INTO friend_edges (user, friend, present) VALUES (?, ?, ?)
  USING TIMESTAMP ? AND TTL ?`;
const WRITE_MORE = `INSERT INTO friend_edge_parts (user, part, friend, present) VALUES (?, ?, ?, ?)
  USING TIMESTAMP ? AND TTL ?`;

/**
 * The first part of a person is the partition of their own in `friend_edges`, which says in a static column how
 * many there are: so nobody with one part, which is nearly everybody, pays for what others need.
 */
export class CqlPartRows implements PartRows {
  readonly #cql: Cql;
  readonly #announcements: Announcements;

  constructor(cql: Cql, announcements: Announcements) {
    this.#cql = cql;
    this.#announcements = announcements;
  }

  announce({ user, friend }: EdgeKey): Promise<void> {
    return this.#announcements.announce(user, friend);
  }

  async partsOf(user: UserId): Promise<number> {
    const [row] = await this.#cql.run(PARTS, [user]);
    return partsIn(row);
  }

  /** How many parts there are is never read after a row of one. */
  async read({ user, friend }: EdgeKey): Promise<readonly (EdgeState | undefined)[]> {
    const [row] = await this.#cql.run(READ, [user, friend]);
    if (row) return [stateOf(row), ...(await this.#more({ user, friend }, partsIn(row)))];
    const parts = await this.partsOf(user);
    // Whatever was removed meanwhile is in the first part, too: where this edge would go.
    if (parts === 1) return [undefined];
    const [again] = await this.#cql.run(READ, [user, friend]);
    return [again && stateOf(again), ...(await this.#more({ user, friend }, parts))];
  }

  async write({ user, friend }: EdgeKey, part: number, state: EdgeState): Promise<void> {
    const { isPresent, version } = state;
    const values = [friend, isPresent ? 1 : 0, version, isPresent ? NO_TTL : CLOSED_TTL_SECONDS];
    if (part === 0) await this.#cql.run(WRITE, [user, ...values]);
    else await this.#cql.run(WRITE_MORE, [user, part, ...values]);
  }

  async #more(
    { user, friend }: EdgeKey,
    parts: number,
  ): Promise<readonly (EdgeState | undefined)[]> {
    if (parts === 1) return [];
    const further = Array.from({ length: parts - 1 }, (_, i) => i + 1);
    const rows = await this.#cql.run(READ_MORE, [user, further, friend]);
    const byPart = new Map(rows.map((row) => [row.part, stateOf(row)]));
    return further.map((part) => byPart.get(part));
  }
}

/** Of any row of the first part. */
export function partsIn(row: CqlRow | undefined): number {
  return (row?.parts as number | null | undefined) ?? 1;
}

export function stateOf(row: CqlRow): EdgeState {
  return { isPresent: row.present === 1, version: row.version as bigint };
}
