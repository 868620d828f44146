import { join } from "node:path";
import { lockFolder } from "../../platform/storage/folder-lock.ts";
import { nodeFileSystem } from "../../platform/storage/log/node-file-system.ts";
import { openPeople } from "../../platform/storage/people/open-people.ts";
import { findFileJournal } from "../adapters/log/file-journal.ts";
import type { GrowthConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

const MAX_SEGMENT_BYTES = 16 * 1_024 * 1_024;

/** A log and checkpoints in a folder of this process's own, and beside it who is hidden or erased. */
export async function openEmbedded({ dataDir }: GrowthConfig, deps: EngineDeps): Promise<Engine> {
  await using opening = new AsyncDisposableStack();
  const folder = join(dataDir, "growth");
  const lock = lockFolder(folder);
  opening.defer(() => lock.release());
  const files = nodeFileSystem;
  const stored = await findFileJournal({ files, folder, maxSegmentBytes: MAX_SEGMENT_BYTES });
  const own = openPeople(join(dataDir, "growth-people"), "growth", deps.clock);
  opening.defer(() => own.close());
  const opened = opening.move();
  return { stored, people: own.people, close: () => opened.disposeAsync() };
}
