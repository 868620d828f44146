import { join } from "node:path";
import { DamageError } from "../../../../platform/storage/log/damage.ts";
import type { FileSystem } from "../../../../platform/storage/log/file-system.ts";
import { readLog } from "../../../../platform/storage/log/read-log.ts";
import type { Segment } from "../../../../platform/storage/log/segments.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import { RecordError } from "../records/record-reader.ts";
import { SNAPSHOT_NAME, SNAPSHOT_TMP_NAME } from "../snapshots/snapshot-format.ts";
import { type LoadedSnapshot, readSnapshot } from "../snapshots/snapshot-reader.ts";
import { Replay } from "./replay.ts";

export interface Recovered {
  /** The segments that hold frames, oldest first. */
  readonly segments: readonly Segment[];
  /** Where the log goes on. */
  readonly position: number;
  /** Where the snapshot begins; 0 without one. */
  readonly snapshotStart: number;
}

/** Fills the rings from the snapshot and the log in the folder. @throws DamageError */
export async function recover(files: FileSystem, folder: string, rings: Rings): Promise<Recovered> {
  const names = await files.list(folder);
  if (names.includes(SNAPSHOT_TMP_NAME)) await files.remove(join(folder, SNAPSHOT_TMP_NAME));
  const snapshot: LoadedSnapshot = names.includes(SNAPSHOT_NAME)
    ? await readSnapshot(files, join(folder, SNAPSHOT_NAME), rings)
    : { start: 0, slicePositions: [0] };
  const replay = new Replay(rings, snapshot.slicePositions);
  try {
    const read = await readLog(files, folder, snapshot.start, (bytes, from, to, position) =>
      replay.frame(bytes, from, to, position),
    );
    return { ...read, snapshotStart: snapshot.start };
  } catch (error) {
    if (error instanceof RecordError) throw new DamageError(`${folder}: ${error.message}`);
    throw error;
  }
}
