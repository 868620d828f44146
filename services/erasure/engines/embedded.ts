import { join } from "node:path";
import { openLmdb } from "../../platform/storage/lmdb/open.ts";
import { LmdbJobStore } from "../adapters/lmdb/lmdb-job-store.ts";
import type { ErasureConfig } from "../config.ts";
import type { Engine } from "./engine.ts";

/** Jobs in an LMDB environment of this process's own. */
export async function openEmbedded({ dataDir }: ErasureConfig): Promise<Engine> {
  const lmdb = openLmdb(join(dataDir, "erasure"));
  return { jobs: new LmdbJobStore(lmdb), close: () => lmdb.close() };
}
