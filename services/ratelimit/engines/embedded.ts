import { join } from "node:path";
import { openLmdb } from "../../platform/storage/lmdb/open.ts";
import { LmdbLimitStore } from "../adapters/lmdb/lmdb-limit-store.ts";
import type { RateLimitConfig } from "../config.ts";
import type { Seat } from "../ports.ts";
import type { Engine } from "./engine.ts";

/** One process, which is the coordinator. */
export async function openEmbedded(config: RateLimitConfig): Promise<Engine> {
  const lmdb = openLmdb(join(config.dataDir, "ratelimit"));
  const seat: Seat = { isHeld: () => true, term: 0n, holder: undefined, close: async () => {} };
  return { store: new LmdbLimitStore(lmdb), seat, close: () => lmdb.close() };
}
