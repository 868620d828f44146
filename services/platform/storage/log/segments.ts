import { join } from "node:path";
import { crc32 } from "node:zlib";
import { invariant } from "../../../model/invariant.ts";
import type { FileSystem, OutputFile } from "./file-system.ts";
import { untilRoom } from "./until-room.ts";

/** A segment file: a header with the position where its frames begin, then frames. */
export const SEGMENT_HEADER_BYTES = 24;
const VERSION = 1;
const NAME = /^segment-(\d{16})\.log$/;
const TWO_32 = 2 ** 32;

export interface Segment {
  readonly path: string;
  /** Position in the whole log of its first frame. */
  readonly start: number;
}

export function segmentName(start: number): string {
  return `segment-${String(start).padStart(16, "0")}.log`;
}

/** The start in a segment's name; undefined when it is none. */
export function startInName(name: string): number | undefined {
  const match = NAME.exec(name);
  return match ? Number(match[1]) : undefined;
}

export function segmentHeader(start: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.write("TIDELOG", 4, "latin1");
  header.writeUInt32LE(VERSION, 12);
  header.writeUInt32LE(start % TWO_32, 16);
  header.writeUInt32LE(Math.floor(start / TWO_32), 20);
  header.writeUInt32LE(crc32(header.subarray(4)), 0);
  return header;
}

export interface SegmentOptions {
  readonly files: FileSystem;
  readonly folder: string;
  /** A segment that is longer is followed by a new one. */
  readonly maxSegmentBytes: number;
  /** Told of each try to write that found the disk full. */
  readonly onNoRoom?: (error: unknown) => void;
}

/** The end of the log, where frames are added, and its older segments, until they are removed. */
export class Segments {
  readonly #options: SegmentOptions;
  readonly #sealed: Segment[];
  #current: Segment;
  #file: OutputFile;
  #position: number;

  private constructor(
    options: SegmentOptions,
    sealed: Segment[],
    current: Segment,
    file: OutputFile,
  ) {
    this.#options = options;
    this.#sealed = sealed;
    this.#current = current;
    this.#file = file;
    this.#position = current.start;
  }

  /** Begins a new segment at `position`, behind the sealed ones. */
  static async begin(
    options: SegmentOptions,
    sealed: readonly Segment[],
    position: number,
  ): Promise<Segments> {
    const last = sealed.at(-1);
    invariant(last === undefined || last.start < position, "a segment begins behind the others");
    const [current, file] = await createSegment(options, position);
    return new Segments(options, [...sealed], current, file);
  }

  /** Where the next frame begins. */
  get position(): number {
    return this.#position;
  }

  /** Position of the oldest frame that is kept. */
  get start(): number {
    return this.#sealed[0]?.start ?? this.#current.start;
  }

  /**
   * Resolves when the frame is durable. A disk that is full is waited for: nothing of the frame was promised to anybody,
   * and whoever waits has a deadline. A sync that fails is thrown: nobody knows then what is durable.
   */
  async append(frame: Uint8Array): Promise<void> {
    const { maxSegmentBytes, onNoRoom = () => {} } = this.#options;
    const isLong = this.#position - this.#current.start >= maxSegmentBytes;
    if (isLong) await untilRoom(() => this.#rotate(), onNoRoom);
    await untilRoom(() => this.#file.write(frame), onNoRoom);
    await this.#file.sync();
    this.#position += frame.length;
  }

  /** Removes the segments that end at or before `position`; the current one always stays. */
  async removeBefore(position: number): Promise<void> {
    while (this.#sealed.length > 0) {
      const end = this.#sealed[1]?.start ?? this.#current.start;
      if (end > position) return;
      invariant(end <= this.#position, "the end of the log is never removed");
      await this.#options.files.remove(this.#sealed[0].path);
      this.#sealed.shift();
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #rotate(): Promise<void> {
    const [next, file] = await createSegment(this.#options, this.#position);
    await this.#file.close();
    this.#sealed.push(this.#current);
    this.#current = next;
    this.#file = file;
  }
}

/** The new segment's header and name are durable before anything is written behind it. */
async function createSegment(
  { files, folder }: SegmentOptions,
  start: number,
): Promise<[Segment, OutputFile]> {
  const path = join(folder, segmentName(start));
  const file = await files.create(path);
  try {
    await file.write(segmentHeader(start));
    await file.sync();
    await files.syncFolder(folder);
    return [{ path, start }, file];
  } catch (error) {
    await file.close();
    throw error;
  }
}
