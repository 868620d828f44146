import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import type { Growth } from "../../domain/bounds.ts";
import { isOpen, listings, RELATIONS, turned } from "../../domain/standing.ts";
import { writeBothEnds } from "./edge-change.ts";
import { CLOSED_TTL_SECONDS, type EdgeKey, type EdgeState, NO_TTL } from "./edge-rows.ts";
import type { Pair, PairRow } from "./pair.ts";
import type { PairRows } from "./pair-changes.ts";
import { type PartRows, readEdge } from "./parts/edge-parts.ts";
import type { FriendCounts } from "./parts/friend-counts.ts";
import type { ListRow, RelationRows } from "./relation-rows.ts";

const READ = `SELECT low_requested, low_blocked, high_requested, high_blocked,
  edge, edge_version, version, act FROM friend_pairs WHERE low = ? AND high = ?`;
const WRITE = `UPDATE friend_pairs USING TTL ? SET low_requested = ?, low_blocked = ?,
  high_requested = ?, high_blocked = ?, edge = ?, edge_version = ?, version = ?, act = ?
  WHERE low = ? AND high = ? IF version = ?`;

/** The pair's row, the edge's two, and the rows of lists. */
export class CqlPairRows implements PairRows {
  readonly #cql: Cql;
  readonly #relations: RelationRows;
  readonly #edges: PartRows;
  readonly #counts: FriendCounts;

  constructor(cql: Cql, relations: RelationRows, edges: PartRows, counts: FriendCounts) {
    this.#cql = cql;
    this.#relations = relations;
    this.#edges = edges;
    this.#counts = counts;
  }

  readEdges({ low, high }: Pair): Promise<readonly EdgeState[]> {
    const ends = [
      { user: low, friend: high },
      { user: high, friend: low },
    ];
    return Promise.all(ends.map((end) => readEdge(this.#edges, end)));
  }

  writeEdges(key: EdgeKey, state: EdgeState): Promise<void> {
    return writeBothEnds(this.#edges, { key, state });
  }

  async readPair({ low, high }: Pair): Promise<PairRow | undefined> {
    const [row] = await this.#cql.run(READ, [low, high]);
    return row && pairRow(row);
  }

  async readPairSerially({ low, high }: Pair): Promise<PairRow | undefined> {
    const row = await this.#cql.serialRead(READ, [low, high]);
    return row && pairRow(row);
  }

  /** A row that says nothing any more is kept longer than any late write of what it ended can last. */
  async casPair({ low, high }: Pair, seenVersion: bigint, row: PairRow): Promise<boolean> {
    const ttl = isOpen({ mine: row.low, theirs: row.high }) ? NO_TTL : CLOSED_TTL_SECONDS;
    const seen = seenVersion === 0n ? null : seenVersion;
    const values: CqlValue[] = [
      ttl,
      BigInt(row.low.requestedAtMs),
      BigInt(row.low.blockedAtMs),
      BigInt(row.high.requestedAtMs),
      BigInt(row.high.blockedAtMs),
      row.edge.isPresent ? 1 : 0,
      row.edge.version,
      row.version,
      row.act,
    ];
    const { applied } = await compareAndSet(this.#cql, {
      statement: { query: WRITE, values: [...values, low, high, seen] },
      readBack: { query: READ, values: [low, high] },
      judge: ofRow(
        (found) => found?.act === row.act,
        (found) => (found?.version ?? null) === seen,
      ),
    });
    return applied;
  }

  async writeLists(pair: Pair, row: PairRow, before?: PairRow): Promise<void> {
    await Promise.all(listRows(pair, row, before).map((one) => this.#relations.write(one)));
  }

  count({ list, user }: Growth, limit: number): Promise<number> {
    if (list !== "friends") return this.#relations.count(user, list);
    return this.#counts.beforeOneMore(user, limit);
  }
}

/** The rows of both people's lists that a pair's row says: those that differ from `before`, or all. */
export function listRows({ low, high }: Pair, row: PairRow, before?: PairRow): readonly ListRow[] {
  const [is, was] = [row, before].map((one) => one && bothListings(one));
  const ends = [
    { user: low, other: high },
    { user: high, other: low },
  ];
  return ends.flatMap((end, i) =>
    RELATIONS.flatMap((relation): ListRow[] => {
      const sinceMs = is?.[i][relation] ?? 0;
      if (was && was[i][relation] > 0 === sinceMs > 0) return [];
      return [{ ...end, relation, sinceMs, version: row.version }];
    }),
  );
}

/** Of the person with the smaller id, and of the other. */
function bothListings({ low, high }: PairRow) {
  const standing = { areFriends: false, mine: low, theirs: high };
  return [listings(standing), listings(turned(standing))];
}

/** What a row of `friend_pairs` says. */
export function pairRow(row: CqlRow): PairRow {
  const ms = (column: string) => Number(row[column] ?? 0n);
  return {
    low: { requestedAtMs: ms("low_requested"), blockedAtMs: ms("low_blocked") },
    high: { requestedAtMs: ms("high_requested"), blockedAtMs: ms("high_blocked") },
    edge: { isPresent: row.edge === 1, version: (row.edge_version as bigint | null) ?? 0n },
    version: (row.version as bigint | null) ?? 0n,
    act: (row.act as bigint | null) ?? 0n,
  };
}
