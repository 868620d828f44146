import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { partsOf } from "../../../platform/concurrency/parts-of.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Relation } from "../../domain/standing.ts";
import type { Related, RelatedQuery } from "../../ports.ts";
import { CLOSED_TTL_SECONDS, NO_TTL } from "./edge-rows.ts";

/** The other on one list of a person; sinceMs 0: off it. */
export interface ListRow {
  readonly user: UserId;
  readonly other: UserId;
  readonly relation: Relation;
  readonly sinceMs: number;
  /** Microseconds. */
  readonly version: bigint;
}

const WRITE = `INSERT INTO friend_relations (user, relation, bucket, other, open, since)
  VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?`;
const LIST = `SELECT other, open, since FROM friend_relations
  WHERE user = ? AND relation = ? AND bucket = ? AND other >= ? LIMIT ?`;
const CHECK = `SELECT other, open FROM friend_relations
  WHERE user = ? AND relation = ? AND bucket = ? AND other IN ?`;
const COUNT = `SELECT SUM(open) AS found FROM friend_relations
  WHERE user = ? AND relation = ? AND bucket = ?`;

/**
 * Nobody bounds how many ask one person, or block them: such lists lie in 16 partitions, so that each
 * stays small with a million entries. One's own requests and blocks are bounded, and lie in one.
 */
const BUCKETS: Readonly<Record<Relation, number>> = {
  "requests-out": 1,
  "requests-in": 16,
  blocks: 1,
  hidden: 16,
};
const HASH_MULTIPLIER = 0x9e37_79b9_7f4a_7c15n;
const HASH_SHIFT = 60n;
/** ScyllaDB takes no more clustering keys in one IN. */
const KEYS_PER_READ = 100;
const MIN_PAGE_ROWS = 100;

/** People's lists of requests and blocks, a row an entry, written with the version of what decided it. */
export class RelationRows {
  readonly #cql: Cql;

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  /** Idempotent: of several in any order, the one with the highest version stays. */
  async write({ user, other, relation, sinceMs, version }: ListRow): Promise<void> {
    const isOpen = sinceMs > 0;
    const ttl = isOpen ? NO_TTL : CLOSED_TTL_SECONDS;
    const values = [user, relation, bucketOf(relation, other), other, isOpen ? 1 : 0];
    await this.#cql.run(WRITE, [...values, BigInt(sinceMs), version, ttl]);
  }

  async related(query: RelatedQuery): Promise<readonly Related[]> {
    const parts = await Promise.all(
      Array.from({ length: BUCKETS[query.relation] }, (_, bucket) => this.#part(query, bucket)),
    );
    const all = parts.flat().sort((a, b) => (a.userId < b.userId ? -1 : 1));
    return all.slice(0, query.max);
  }

  async hidden(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    const byBucket = Map.groupBy(new Set(others), (other) => bucketOf("hidden", other));
    const reads = [...byBucket].flatMap(([bucket, ids]) =>
      partsOf(ids, KEYS_PER_READ).map((some) =>
        this.#cql.run(CHECK, [user, "hidden", bucket, some]),
      ),
    );
    const rows = (await Promise.all(reads)).flat();
    const found = new Set(rows.filter(({ open }) => open === 1).map(({ other }) => other));
    return others.map((other) => found.has(other));
  }

  async count(user: UserId, relation: "requests-out" | "blocks"): Promise<number> {
    const [row] = await this.#cql.run(COUNT, [user, relation, 0]);
    return Number(row?.found ?? 0);
  }

  /** The first of one partition; rows of ended entries are among those read, not among those given. */
  async #part({ user, relation, from, max }: RelatedQuery, bucket: number): Promise<Related[]> {
    const found: Related[] = [];
    const asked = Math.max(MIN_PAGE_ROWS, max);
    for (let start = from; found.length < max; ) {
      const rows = await this.#cql.run(LIST, [user, relation, bucket, start, asked]);
      for (const { other, open, since } of rows) {
        if (open === 1)
          found.push({ userId: trustedUserId(other as bigint), sinceMs: Number(since) });
      }
      if (rows.length < asked) break;
      start = (rows[rows.length - 1].other as bigint) + 1n;
    }
    return found.slice(0, max);
  }
}

/** The partition of a person's list in which the other is. */
export function bucketOf(relation: Relation, other: UserId): number {
  if (BUCKETS[relation] === 1) return 0;
  return Number(BigInt.asUintN(64, other * HASH_MULTIPLIER) >> HASH_SHIFT);
}
