import { join } from "node:path";
import { DamageError } from "./damage.ts";
import type { FileSystem } from "./file-system.ts";
import { FRAME_HEADER_BYTES, frameEnd, hasFrameFrom } from "./frame.ts";
import { SEGMENT_HEADER_BYTES, type Segment, segmentHeader, startInName } from "./segments.ts";

/** What was read of a log. */
export interface ReadLog {
  /** The segments that hold frames, oldest first. */
  readonly segments: readonly Segment[];
  /** Where the log goes on. */
  readonly position: number;
}

/** Told of the records of each frame: bytes[from..to), of the frame that begins at `position`. */
export type OnFrame = (bytes: Buffer, from: number, to: number, position: number) => void;

/**
 * Reads the log in the folder from `start` on, where a snapshot begins (0 without one), and removes older
 * segments that a crash has left. A torn tail of the last segment, which nobody was promised, is cut.
 * @throws DamageError on any other fault, and what `onFrame` throws
 */
export async function readLog(
  files: FileSystem,
  folder: string,
  start: number,
  onFrame: OnFrame,
): Promise<ReadLog> {
  const segments = await neededSegments(files, folder, start);
  const found: Segment[] = [];
  let position = segments[0]?.start ?? 0;
  for (const [i, segment] of segments.entries()) {
    if (segment.start !== position) throw new DamageError(`the log ends at ${position}`);
    position = await readSegment(files, segment, i === segments.length - 1, onFrame);
    if (position > segment.start) found.push(segment);
  }
  if (position < start) throw new DamageError(`the log ends at ${position}`);
  return { segments: found, position };
}

async function neededSegments(
  files: FileSystem,
  folder: string,
  start: number,
): Promise<readonly Segment[]> {
  const segments = findSegments(folder, await files.list(folder));
  const first = segments.findLastIndex((segment) => segment.start <= start);
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

/** Reads a segment; returns the position of the log where it ends. */
async function readSegment(
  files: FileSystem,
  segment: Segment,
  isLast: boolean,
  onFrame: OnFrame,
): Promise<number> {
  const bytes = await readWhole(files, segment.path);
  const header = segmentHeader(segment.start);
  const isBegun = header.equals(bytes.subarray(0, SEGMENT_HEADER_BYTES));
  const base = segment.start - SEGMENT_HEADER_BYTES;
  let at = SEGMENT_HEADER_BYTES;
  while (isBegun && at < bytes.length) {
    const end = frameEnd(bytes, at, base + at);
    if (end < 0) break;
    onFrame(bytes, at + FRAME_HEADER_BYTES, end, base + at);
    at = end;
  }
  if (isBegun && at === bytes.length) return base + at;
  if (!isLast || hasFrameFrom(bytes, at, base)) {
    throw new DamageError(`${segment.path} at byte ${isBegun ? at : 0}`);
  }
  if (isBegun) await files.truncate(segment.path, at);
  return base + at;
}

/** The whole of a file. */
export async function readWhole(files: FileSystem, path: string): Promise<Buffer> {
  const file = await files.open(path);
  try {
    const bytes = Buffer.allocUnsafeSlow(file.size);
    await file.read(bytes, 0);
    return bytes;
  } finally {
    await file.close();
  }
}
