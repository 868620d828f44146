import { join } from "node:path";
import { DamageError } from "../../../platform/storage/log/damage.ts";
import type { FileSystem, OutputFile } from "../../../platform/storage/log/file-system.ts";
import { FRAME_HEADER_BYTES, frameEnd, sealFrame } from "../../../platform/storage/log/frame.ts";
import { readWhole } from "../../../platform/storage/log/read-log.ts";

/**
 * A snapshot: frames as of the log, by their place in the file. The first says where the log goes on
 * (8 bytes, little-endian), then one a slice; an empty one ends it, and is not there while it is written.
 */
const NAME = "snapshot";
const TMP_NAME = "snapshot.tmp";

/** Writes the snapshot in place of the one before. Resolves to its bytes, once it is durable. */
export async function writeSnapshotFile(
  files: FileSystem,
  folder: string,
  logPosition: number,
  slices: Iterable<Buffer>,
): Promise<number> {
  const path = join(folder, TMP_NAME);
  const file = await files.create(path);
  let at = 0;
  try {
    const first = Buffer.alloc(8);
    first.writeDoubleLE(logPosition);
    at = await writeFrame(file, at, first);
    for (const slice of slices) at = await writeFrame(file, at, slice);
    at = await writeFrame(file, at, Buffer.alloc(0));
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(path, join(folder, NAME));
  await files.syncFolder(folder);
  return at;
}

async function writeFrame(file: OutputFile, at: number, records: Buffer): Promise<number> {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + records.length);
  records.copy(frame, FRAME_HEADER_BYTES);
  sealFrame(frame, frame.length, at);
  await file.write(frame);
  return at + frame.length;
}

export interface ReadSnapshot {
  /** Where the log goes on. */
  readonly logPosition: number;
  readonly bytes: number;
}

/** Tells `onSlice` every slice of the snapshot, if there is one. @throws DamageError */
export async function readSnapshotFile(
  files: FileSystem,
  folder: string,
  onSlice: (records: Buffer) => void,
): Promise<ReadSnapshot> {
  const names = await files.list(folder);
  if (names.includes(TMP_NAME)) await files.remove(join(folder, TMP_NAME));
  if (!names.includes(NAME)) return { logPosition: 0, bytes: 0 };
  const path = join(folder, NAME);
  const bytes = await readWhole(files, path);
  let logPosition: number | undefined;
  for (let at = 0; at < bytes.length; ) {
    const end = frameEnd(bytes, at, at);
    if (end < 0) throw new DamageError(`${path} at byte ${at}`);
    const records = bytes.subarray(at + FRAME_HEADER_BYTES, end);
    if (logPosition === undefined) logPosition = records.readDoubleLE();
    else if (records.length > 0) onSlice(records);
    else if (end === bytes.length) return { logPosition, bytes: end };
    at = end;
  }
  throw new DamageError(`${path} has no end`);
}
