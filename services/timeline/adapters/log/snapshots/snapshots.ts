import { join } from "node:path";
import type { FileSystem } from "../../../../platform/storage/log/file-system.ts";
import type { Segments } from "../../../../platform/storage/log/segments.ts";
import { isNoRoom } from "../../../../platform/storage/log/until-room.ts";
import type { Logger } from "../../../../platform/telemetry/logger.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import { SNAPSHOT_TMP_NAME } from "./snapshot-format.ts";
import { writeSnapshot } from "./snapshot-writer.ts";

/** Of the log between two snapshots: so much more, and it is tried again. */
const POSTPONED_PART = 16;
const DEFAULT_SLICE_BYTES = 512 * 1_024;

export interface SnapshotsDeps {
  readonly files: FileSystem;
  readonly folder: string;
  readonly log: Logger;
  readonly rings: Rings;
  readonly segments: Segments;
  /** Where the snapshot that is there begins. */
  readonly start: number;
  readonly snapshotLogBytes: number;
  readonly snapshotSliceBytes?: number;
  readonly fail: (error: Error) => void;
}

/** Decides when a snapshot is written, and removes the log that it makes needless. One at a time. */
export class Snapshots {
  readonly #deps: SnapshotsDeps;
  #start: number;
  #position: number;
  /** Where the log must come to before the next try, when the disk had no room for the last. */
  #notBefore = 0;
  #running: Promise<void> | undefined;
  #isStopped = false;
  /** Written since the process began. */
  count = 0;

  constructor(deps: SnapshotsDeps) {
    this.#deps = deps;
    this.#start = deps.start;
    this.#position = deps.segments.position;
  }

  /** The rings include the log up to `position`, where the next frame begins. */
  applied(position: number): void {
    this.#position = position;
    const isDue =
      position - this.#start >= this.#deps.snapshotLogBytes && position >= this.#notBefore;
    if (isDue && !this.#isStopped) this.#running ??= this.#write();
  }

  /** Gives up the one that is being written. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    const { files, folder, rings, segments, log, fail } = this.#deps;
    try {
      const start = await writeSnapshot({
        files,
        folder,
        rings,
        position: () => this.#position,
        sliceBytes: this.#deps.snapshotSliceBytes ?? DEFAULT_SLICE_BYTES,
        isStopped: () => this.#isStopped,
      });
      if (start === undefined) return;
      this.#start = start;
      this.count++;
      await segments.removeBefore(start);
      log.info({ position: start, entries: rings.memory.entryCount }, "snapshot written");
    } catch (error) {
      if (isNoRoom(error)) await this.#postpone(error);
      else fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#running = undefined;
    }
  }

  /** The disk is full: what there is of it goes, as the log needs the room, which is kept instead. */
  async #postpone(error: unknown): Promise<void> {
    const { files, folder, log, snapshotLogBytes } = this.#deps;
    this.#notBefore = this.#position + snapshotLogBytes / POSTPONED_PART;
    log.error({ err: error }, "the disk is full: no snapshot, the log grows on");
    await files.remove(join(folder, SNAPSHOT_TMP_NAME)).catch(() => {});
  }
}
