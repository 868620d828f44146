import { unavailable } from "../../grpc/errors/errors.ts";
import { readU64, u64Key } from "../lmdb/keys.ts";
import type { Lmdb } from "../lmdb/open.ts";
import { type GrantStore, NODE_COUNT, passedMs } from "./grants.ts";

/**
 * Grants in the environment of the one process that stamps: node -> where its last grant ends.
 * `newestStoredMs`: the time in the newest id that is stored, Unix ms; 0 when there is none.
 */
export function lmdbGrants(lmdb: Lmdb, newestStoredMs: () => number): GrantStore {
  const ends = lmdb.table("id-grants");
  const moveEnd = (node: number, toMs: number) =>
    lmdb.commit((tx) => tx.put(ends, u64Key(BigInt(node)), u64Key(BigInt(toMs))));
  return {
    storeTimeMs: undefined,
    newestMs: async () => {
      const granted = [...ends.entries({})].map(({ value }) => Number(readU64(value)));
      return Math.max(newestStoredMs(), passedMs(granted));
    },
    acquire: (fromMs, toMs) =>
      lmdb.commit((tx) => {
        for (let node = 0; node < NODE_COUNT; node++) {
          const key = u64Key(BigInt(node));
          const end = tx.get(ends, key);
          if (end && Number(readU64(end)) > fromMs) continue;
          tx.put(ends, key, u64Key(BigInt(toMs)));
          return { node, fromMs, toMs };
        }
        throw unavailable(
          `all ${NODE_COUNT} id nodes are granted beyond now: is the clock behind?`,
        );
      }),
    extend: async (grant, toMs) => {
      await moveEnd(grant.node, toMs);
      return { ...grant, toMs };
    },
    release: (grant, toMs) => moveEnd(grant.node, toMs),
  };
}
