import { trustedUserId } from "../../../../model/ids.ts";
import { UNTOLD_KEPT_MS } from "../../../../model/limits.ts";
import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Cql, CqlRow } from "../../../../platform/storage/cql/session.ts";
import type { UntoldChange, UntoldChanges } from "../../../ports.ts";

const BUCKET_MS = 10_000;
/** Clocks of processes are less apart. */
const AHEAD_MS = 5_000;
const WRITE = `INSERT INTO friend_untold (bucket, at, user, friend) VALUES (?, ?, ?, ?)
  USING TTL ${UNTOLD_KEPT_MS / 1_000}`;
const READ = `SELECT at, user, friend FROM friend_untold
  WHERE bucket = ? AND at >= ? LIMIT ?`;

/** Any process may read what another has noted: in buckets of ten seconds by the clock of who did. */
export function cqlUntoldChanges(cql: Cql, clock: Pick<Clock, "nowMs">): UntoldChanges {
  return {
    note: async (user, friend) => {
      const atMs = Math.floor(clock.nowMs());
      await cql.run(WRITE, [bucketOf(atMs), BigInt(atMs), user, friend]);
    },
    since: async (sinceMs, max) => {
      const changes: UntoldChange[] = [];
      const last = bucketOf(clock.nowMs() + AHEAD_MS);
      const oldestMs = Math.max(0, sinceMs, clock.nowMs() - UNTOLD_KEPT_MS);
      for (let bucket = bucketOf(oldestMs); bucket <= last && changes.length < max; bucket++) {
        const values = [bucket, BigInt(Math.floor(oldestMs)), max - changes.length];
        changes.push(...(await cql.run(READ, values)).map(changeOf));
      }
      return changes;
    },
  };
}

function bucketOf(atMs: number): bigint {
  return BigInt(Math.floor(atMs / BUCKET_MS));
}

function changeOf(row: CqlRow): UntoldChange {
  return {
    user: trustedUserId(row.user as bigint),
    friend: trustedUserId(row.friend as bigint),
    atMs: Number(row.at),
  };
}
