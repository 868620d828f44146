import { join } from "node:path";
import { lockFolder } from "../../../platform/storage/folder-lock.ts";
import { DamageError } from "../../../platform/storage/log/damage.ts";
import type { FileSystem } from "../../../platform/storage/log/file-system.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "../../../platform/storage/log/frame.ts";
import { nodeFileSystem } from "../../../platform/storage/log/node-file-system.ts";
import { readLog } from "../../../platform/storage/log/read-log.ts";
import { Segments } from "../../../platform/storage/log/segments.ts";
import { RecordError } from "../../domain/records/byte-reader.ts";
import { replayRecords } from "../../domain/records/replay.ts";
import type { ShardEvents } from "../../domain/records/shard-events.ts";
import type { Journal, Journals } from "../../ports.ts";
import { readSnapshotFile, writeSnapshotFile } from "./snapshot-file.ts";

export interface FileJournalsOptions {
  readonly folder: string;
  /** Log that is written before the next snapshot, bytes; at least as much as the last one has. */
  readonly snapshotLogBytes: number;
  readonly maxSegmentBytes: number;
  /** For tests, which bring their own and need no lock. */
  readonly files?: FileSystem;
}

/** Journals as append-only files, a folder a shard, one fdatasync a group. One process at a time. */
export async function openFileJournals(options: FileJournalsOptions): Promise<Journals> {
  const { folder, files = nodeFileSystem } = options;
  await files.makeFolder(folder);
  const lock = options.files ? undefined : lockFolder(folder);
  return {
    open: (shard, events) =>
      FileJournal.open({ ...options, files, folder: join(folder, String(shard)) }, events),
    close: async () => lock?.release(),
  };
}

interface JournalOptions extends FileJournalsOptions {
  readonly files: FileSystem;
}

class FileJournal implements Journal {
  readonly headerBytes = FRAME_HEADER_BYTES;
  readonly #options: JournalOptions;
  readonly #segments: Segments;
  /** Where the last snapshot was taken, and how long it is. */
  #snapshot: { readonly logPosition: number; readonly bytes: number };

  private constructor(
    options: JournalOptions,
    segments: Segments,
    snapshot: { readonly logPosition: number; readonly bytes: number },
  ) {
    this.#options = options;
    this.#segments = segments;
    this.#snapshot = snapshot;
  }

  /** @throws DamageError: what cannot be read is left as it is, for people to look at */
  static async open(options: JournalOptions, events: ShardEvents): Promise<FileJournal> {
    const { files, folder } = options;
    await files.makeFolder(folder);
    try {
      const snapshot = await readSnapshotFile(files, folder, (records) =>
        replayRecords(records, 0, events),
      );
      const start = snapshot.logPosition;
      const read = await readLog(files, folder, start, (bytes, from, to, position) => {
        if (position >= start) replayRecords(bytes.subarray(0, to), from, events);
      });
      const segments = await Segments.begin(options, read.segments, read.position);
      return new FileJournal(options, segments, snapshot);
    } catch (error) {
      if (error instanceof RecordError) throw new DamageError(`${folder}: ${error.message}`);
      throw error;
    }
  }

  async append(group: Buffer): Promise<void> {
    sealFrame(group, group.length, this.#segments.position);
    await this.#segments.append(group);
  }

  isSnapshotDue(): boolean {
    const logged = this.#segments.position - this.#snapshot.logPosition;
    return logged >= Math.max(this.#options.snapshotLogBytes, this.#snapshot.bytes);
  }

  async writeSnapshot(slices: Iterable<Buffer>): Promise<void> {
    const { files, folder } = this.#options;
    const logPosition = this.#segments.position;
    const bytes = await writeSnapshotFile(files, folder, logPosition, slices);
    this.#snapshot = { logPosition, bytes };
    await this.#segments.removeBefore(logPosition);
  }

  async close(): Promise<void> {
    await this.#segments.close();
  }
}
