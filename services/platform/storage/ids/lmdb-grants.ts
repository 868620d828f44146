import { unavailable } from "../../grpc/errors/errors.ts";
import { readU64, u64Key } from "../lmdb/keys.ts";
import type { Lmdb } from "../lmdb/open.ts";
import { type GrantStore, NODE_COUNT } from "./grants.ts";

/** Grants in the environment of the one process that stamps: node -> where its last grant ends. */
export function lmdbGrants(lmdb: Lmdb): GrantStore {
  const ends = lmdb.table("id-grants");
  return {
    acquire: (nowMs, toMs) =>
      lmdb.commit((tx) => {
        for (let node = 0; node < NODE_COUNT; node++) {
          const key = u64Key(BigInt(node));
          const end = tx.get(ends, key);
          if (end && Number(readU64(end)) > nowMs) continue;
          tx.put(ends, key, u64Key(BigInt(toMs)));
          return { grant: { node, fromMs: nowMs, toMs }, storeTimeMs: undefined };
        }
        throw unavailable(
          `all ${NODE_COUNT} id nodes are granted beyond now: is the clock behind?`,
        );
      }),
    extend: (grant, toMs) =>
      lmdb.commit((tx) => {
        tx.put(ends, u64Key(BigInt(grant.node)), u64Key(BigInt(toMs)));
        return { storeTimeMs: undefined };
      }),
    release: (grant, toMs) =>
      lmdb.commit((tx) => tx.put(ends, u64Key(BigInt(grant.node)), u64Key(BigInt(toMs)))),
  };
}
