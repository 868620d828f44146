import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { UNTOLD_KEPT_MS } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { readU64, u64Key, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { UntoldChanges } from "../../ports.ts";

/** Keys that go, at most, whenever one comes. */
const SWEPT = 4;

/** (when, Unix ms; a number that tells those of one ms apart) -> the two people. */
export function lmdbUntoldChanges(lmdb: Lmdb, clock: Pick<Clock, "nowMs">): UntoldChanges {
  const table = lmdb.table("friend-untold");
  let number = 0n;
  return {
    note: (user, friend) =>
      lmdb.commit((tx) => {
        const atMs = clock.nowMs();
        const old = u64Key(BigInt(Math.max(0, Math.floor(atMs) - UNTOLD_KEPT_MS)));
        for (const key of table.keys({ before: old, limit: SWEPT })) tx.remove(table, key);
        tx.put(table, u64PairKey(BigInt(Math.floor(atMs)), number++), u64PairKey(user, friend));
      }),
    since: async (sinceMs, max) => {
      const from = u64Key(BigInt(Math.max(0, Math.floor(sinceMs))));
      return Array.from(table.entries({ from, limit: max }), ({ key, value }) => ({
        user: idIn(value, 0),
        friend: idIn(value, 8),
        atMs: Number(readU64(key)),
      }));
    },
  };
}

function idIn(value: Buffer, offset: number): UserId {
  return trustedUserId(readU64(value, offset));
}
