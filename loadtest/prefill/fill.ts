import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { GAUGES, STORE_GAUGES } from "../../services/model/metrics.ts";
import type { Fill } from "../results/run-result.ts";
import { gaugesIn } from "./gauges.ts";
import { readManifest } from "./manifest.ts";

/** Folders of a data folder that hold a service's data. */
const SERVICE_FOLDERS = ["post", "friend", "timeline"];

export interface FillSources {
  readonly dataDir: string;
  /** Metrics of the processes that run on it; without them the manifest tells what was filled in. */
  readonly pages?: ReadonlyMap<string, string>;
  readonly caches: Fill["caches"];
}

/**
 * How full stores are now. On cql posts are those of the manifest, entries those in memory, and bytes are
 * the database's own affair.
 */
export async function fillOf({ dataDir, pages, caches }: FillSources): Promise<Fill> {
  const filled = (await readManifest(dataDir))?.filled;
  const gauges = gaugesIn(pages?.values() ?? []);
  return {
    posts: gauges.get(GAUGES.storedPosts.name) ?? filled?.posts ?? 0,
    activeViewers: gauges.get(STORE_GAUGES.viewers.name) ?? filled?.activeViewers ?? 0,
    entries: gauges.get(STORE_GAUGES.entries.name) ?? filled?.entries ?? 0,
    bytes: await bytesOf(dataDir),
    caches,
  };
}

/** On disk, by service; a folder that is not there is left out. */
export async function bytesOf(dataDir: string): Promise<Readonly<Record<string, number>>> {
  const bytes: Record<string, number> = {};
  for (const service of SERVICE_FOLDERS) {
    const sum = await bytesIn(join(dataDir, service));
    if (sum > 0) bytes[service] = sum;
  }
  return bytes;
}

/** Blocks, not lengths: files may have holes. A file that goes meanwhile counts nothing. */
async function bytesIn(folder: string): Promise<number> {
  const items: Dirent[] = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    () => [],
  );
  let bytes = 0;
  for (const item of items) {
    if (!item.isFile()) continue;
    const found = await stat(join(item.parentPath, item.name)).catch(() => undefined);
    bytes += (found?.blocks ?? 0) * BLOCK_BYTES;
  }
  return bytes;
}

/** In which stat counts, on any file system. */
const BLOCK_BYTES = 512;
