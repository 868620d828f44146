import type { UserId } from "../../../model/ids.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";

/** One direction of an edge. */
export interface EdgeState {
  readonly isPresent: boolean;
  /** Microseconds; 0n when there is no row. */
  readonly version: bigint;
}

export interface EdgeKey {
  readonly user: UserId;
  readonly friend: UserId;
}

const READ = `SELECT present, WRITETIME(present) AS version
  FROM friend_edges WHERE user = ? AND friend = ?`;
const WRITE = `INSERT INTO friend_edges (user, friend, present) VALUES (?, ?, ?)
  USING TIMESTAMP ? AND TTL ?`;

export const NO_TTL = 0;
/** What has ended is remembered longer than any write or completion of an older change can last. */
export const CLOSED_TTL_SECONDS = 30 * 24 * 3_600;

export async function readEdge(cql: Cql, { user, friend }: EdgeKey): Promise<EdgeState> {
  const [row] = await cql.run(READ, [user, friend]);
  if (row === undefined) return { isPresent: false, version: 0n };
  return { isPresent: row.present === 1, version: row.version as bigint };
}

/** Idempotent: the version is the row's timestamp. */
export async function writeEdge(cql: Cql, key: EdgeKey, state: EdgeState): Promise<void> {
  const { user, friend } = key;
  const { isPresent, version } = state;
  const ttl = isPresent ? NO_TTL : CLOSED_TTL_SECONDS;
  await cql.run(WRITE, [user, friend, isPresent ? 1 : 0, version, ttl]);
}

export function reversed({ user, friend }: EdgeKey): EdgeKey {
  return { user: friend, friend: user };
}
