import { join } from "node:path";
import type { Rings } from "../../domain/rings/rings.ts";
import { DamageError } from "./damage.ts";
import type { FileSystem } from "./file-system.ts";
import { FRAME_HEADER_BYTES, frameEnd, hasFrameFrom } from "./frame.ts";
import { RecordError } from "./record-reader.ts";
import { Replay } from "./replay.ts";
import { SEGMENT_HEADER_BYTES, type Segment, segmentHeader, startInName } from "./segments.ts";
import { SNAPSHOT_NAME, SNAPSHOT_TMP_NAME } from "./snapshots/snapshot-format.ts";
import { type LoadedSnapshot, readSnapshot } from "./snapshots/snapshot-reader.ts";

export interface Recovered {
  /** The segments that hold frames, oldest first. */
  readonly segments: readonly Segment[];
  /** Where the log goes on. */
  readonly position: number;
  /** Where the snapshot begins; 0 without one. */
  readonly snapshotStart: number;
}

/**
 * Fills the rings from the snapshot and the log in the folder. A torn tail of the last segment, which
 * nobody was promised, is cut. @throws DamageError on any other fault
 */
export async function recover(files: FileSystem, folder: string, rings: Rings): Promise<Recovered> {
  const names = await files.list(folder);
  if (names.includes(SNAPSHOT_TMP_NAME)) await files.remove(join(folder, SNAPSHOT_TMP_NAME));
  const snapshot: LoadedSnapshot = names.includes(SNAPSHOT_NAME)
    ? await readSnapshot(files, join(folder, SNAPSHOT_NAME), rings)
    : { start: 0, slicePositions: [0] };
  const segments = await neededSegments(files, folder, names, snapshot.start);
  const replay = new Replay(rings, snapshot.slicePositions);
  const found: Segment[] = [];
  let position = segments[0]?.start ?? 0;
  for (const [i, segment] of segments.entries()) {
    if (segment.start !== position) throw new DamageError(`the log ends at ${position}`);
    position = await readSegment(files, segment, i === segments.length - 1, replay);
    if (position > segment.start) found.push(segment);
  }
  if (position < snapshot.start) throw new DamageError(`the log ends at ${position}`);
  return { segments: found, position, snapshotStart: snapshot.start };
}

/** The segments from the snapshot's start on. Older ones, left by a crash, are removed. */
async function neededSegments(
  files: FileSystem,
  folder: string,
  names: readonly string[],
  snapshotStart: number,
): Promise<Segment[]> {
  const segments = findSegments(folder, names);
  const first = segments.findLastIndex(({ start }) => start <= snapshotStart);
  if (first < 0 && segments.length > 0) throw new DamageError(`no log before ${segments[0].start}`);
  for (const { path } of segments.slice(0, Math.max(first, 0))) await files.remove(path);
  return segments.slice(Math.max(first, 0));
}

function findSegments(folder: string, names: readonly string[]): Segment[] {
  return names
    .map((name) => ({ path: join(folder, name), start: startInName(name) ?? -1 }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start - b.start);
}

/** Replays a segment; returns the position of the log where it ends. */
async function readSegment(
  files: FileSystem,
  segment: Segment,
  isLast: boolean,
  replay: Replay,
): Promise<number> {
  const bytes = await readWhole(files, segment.path);
  const header = segmentHeader(segment.start);
  const isBegun = header.equals(bytes.subarray(0, SEGMENT_HEADER_BYTES));
  const base = segment.start - SEGMENT_HEADER_BYTES;
  let at = SEGMENT_HEADER_BYTES;
  while (isBegun && at < bytes.length) {
    const end = frameEnd(bytes, at, base + at);
    if (end < 0) break;
    try {
      replay.frame(bytes, at + FRAME_HEADER_BYTES, end, base + at);
    } catch (error) {
      if (error instanceof RecordError) throw new DamageError(`${segment.path}: ${error.message}`);
      throw error;
    }
    at = end;
  }
  if (isBegun && at === bytes.length) return base + at;
  if (!isLast || hasFrameFrom(bytes, at, base)) {
    throw new DamageError(`${segment.path} at byte ${isBegun ? at : 0}`);
  }
  if (isBegun) await files.truncate(segment.path, at);
  return base + at;
}

async function readWhole(files: FileSystem, path: string): Promise<Buffer> {
  const file = await files.open(path);
  try {
    const bytes = Buffer.allocUnsafeSlow(file.size);
    await file.read(bytes, 0);
    return bytes;
  } finally {
    await file.close();
  }
}
