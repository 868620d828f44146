import { DamageError } from "../../../../platform/storage/log/damage.ts";
import type { FileSystem, InputFile } from "../../../../platform/storage/log/file-system.ts";
import { restoreRing } from "../../../domain/rings/dump.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import {
  isWholeSlice,
  readSliceHeader,
  readSnapshotHeader,
  SLICE_HEADER_BYTES,
  SNAPSHOT_HEADER_BYTES,
} from "./snapshot-format.ts";

export interface LoadedSnapshot {
  /** The log is needed from here. */
  readonly start: number;
  /** By slice number: the position of the log that its rings include. Zero is no slice. */
  readonly slicePositions: readonly number[];
}

/** Takes all rings of a snapshot in. @throws DamageError when any byte of it is not as written */
export async function readSnapshot(
  files: FileSystem,
  path: string,
  rings: Rings,
): Promise<LoadedSnapshot> {
  const file = await files.open(path);
  try {
    const head = Buffer.alloc(SNAPSHOT_HEADER_BYTES);
    await file.read(head, 0);
    const start = readSnapshotHeader(head);
    if (start < 0) throw new DamageError(`the header of ${path}`);
    return { start, slicePositions: await readSlices(file, path, rings) };
  } finally {
    await file.close();
  }
}

async function readSlices(file: InputFile, path: string, rings: Rings): Promise<number[]> {
  const positions = [0];
  const head = Buffer.alloc(SLICE_HEADER_BYTES);
  let at = SNAPSHOT_HEADER_BYTES;
  for (;;) {
    await file.read(head, at);
    const header = at + SLICE_HEADER_BYTES <= file.size ? readSliceHeader(head) : undefined;
    const end = at + SLICE_HEADER_BYTES + (header?.bytes ?? 0);
    if (header === undefined || end > file.size) throw new DamageError(`${path} at byte ${at}`);
    const slice = Buffer.allocUnsafeSlow(end - at);
    await file.read(slice, at);
    if (!isWholeSlice(slice)) throw new DamageError(`${path} at byte ${at}`);
    at = end;
    if (header.ringCount === 0) break;
    positions.push(header.position);
    const words = new Uint32Array(slice.buffer, SLICE_HEADER_BYTES, header.bytes >>> 2);
    let word = 0;
    for (let i = 0; i < header.ringCount; i++) {
      word = restoreRing(rings, words, word, positions.length - 1);
    }
  }
  if (at !== file.size) throw new DamageError(`${path} goes on behind its end`);
  return positions;
}
