import { join } from "node:path";
import { lockFolder } from "../../platform/storage/folder-lock.ts";
import { nodeFileSystem } from "../../platform/storage/log/node-file-system.ts";
import { findFileJournal } from "../adapters/log/file-journal.ts";
import type { GrowthConfig } from "../config.ts";
import type { Engine } from "./engine.ts";

const MAX_SEGMENT_BYTES = 16 * 1_024 * 1_024;

/** A log and checkpoints in a folder of this process's own. */
export async function openEmbedded({ dataDir }: GrowthConfig): Promise<Engine> {
  const folder = join(dataDir, "growth");
  const lock = lockFolder(folder);
  try {
    const files = nodeFileSystem;
    const stored = await findFileJournal({ files, folder, maxSegmentBytes: MAX_SEGMENT_BYTES });
    return { stored, close: async () => void lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}
