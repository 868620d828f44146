import { join } from "node:path";
import type { FileSystem, OutputFile } from "../../../../platform/storage/log/file-system.ts";
import { dumpRing, dumpWords } from "../../../domain/rings/dump.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import {
  SLICE_HEADER_BYTES,
  SNAPSHOT_NAME,
  SNAPSHOT_TMP_NAME,
  sealSlice,
  writeSnapshotHeader,
} from "./snapshot-format.ts";

/** Slots looked at in one step at most, so that a table of free slots does not hold the loop. */
const MAX_STEP_SLOTS = 16 * 1_024;

export interface SnapshotDeps {
  readonly files: FileSystem;
  readonly folder: string;
  readonly rings: Rings;
  /** The position of the log up to which the rings include it. */
  readonly position: () => number;
  /** Bytes of a slice, about: what one step copies while the event loop waits. */
  readonly sliceBytes: number;
  readonly isStopped: () => boolean;
}

/**
 * Writes all rings to a new snapshot file, a slice a step, while the log goes on. Resolves when it is
 * durable, to the position from which the log is still needed; to undefined when it was stopped.
 *
 * A viewer may move to another slot between two steps, and so be in two slices or in none: then the
 * log since the first step tells of the move, and is kept.
 */
export async function writeSnapshot(deps: SnapshotDeps): Promise<number | undefined> {
  const { files, folder } = deps;
  const start = deps.position();
  const tmp = join(folder, SNAPSHOT_TMP_NAME);
  const file = await files.create(tmp);
  let isWhole = false;
  try {
    isWhole = await writeAll(deps, file, start);
    if (isWhole) await file.sync();
  } finally {
    await file.close();
  }
  if (!isWhole) return undefined;
  await files.rename(tmp, join(folder, SNAPSHOT_NAME));
  await files.syncFolder(folder);
  return start;
}

async function writeAll(deps: SnapshotDeps, file: OutputFile, start: number): Promise<boolean> {
  await file.write(writeSnapshotHeader(start));
  const step = new SliceStep(deps);
  while (!step.isDone) {
    const slice = step.next();
    if (slice !== undefined) await file.write(slice);
    await new Promise((resolve) => setImmediate(resolve));
    if (deps.isStopped()) return false;
  }
  await file.write(step.last());
  return true;
}

/** Walks over the slots, and makes a slice of the rings it meets. */
class SliceStep {
  readonly #deps: SnapshotDeps;
  #bytes: Buffer;
  #slot = 0;

  constructor(deps: SnapshotDeps) {
    this.#deps = deps;
    this.#bytes = Buffer.allocUnsafeSlow(SLICE_HEADER_BYTES + 2 * deps.sliceBytes);
  }

  get isDone(): boolean {
    return this.#slot >= this.#deps.rings.memory.slots.length;
  }

  /** The next slice; undefined when only free slots were met. The buffer is used again. */
  next(): Buffer | undefined {
    const { rings, sliceBytes } = this.#deps;
    const { memory } = rings;
    const end = Math.min(memory.slots.length, this.#slot + MAX_STEP_SLOTS);
    let words = 0;
    let ringCount = 0;
    for (; this.#slot < end && words * 4 < sliceBytes; this.#slot++) {
      if (rings.isFree(this.#slot)) continue;
      const needed = words + dumpWords(rings, this.#slot);
      words = dumpRing(memory, this.#slot, this.#room(words, needed), words);
      ringCount++;
    }
    return ringCount === 0 ? undefined : this.#seal(words * 4, ringCount);
  }

  /** The empty slice that ends the file. */
  last(): Buffer {
    return this.#seal(0, 0);
  }

  /** The words behind the header: at least `needed`, of which the first `used` are kept. */
  #room(used: number, needed: number): Uint32Array {
    if (SLICE_HEADER_BYTES + needed * 4 > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(SLICE_HEADER_BYTES + needed * 8);
      this.#bytes.copy(grown, 0, 0, SLICE_HEADER_BYTES + used * 4);
      this.#bytes = grown;
    }
    const { buffer, length } = this.#bytes;
    return new Uint32Array(buffer, SLICE_HEADER_BYTES, (length - SLICE_HEADER_BYTES) >>> 2);
  }

  #seal(bytes: number, ringCount: number): Buffer {
    const slice = this.#bytes.subarray(0, SLICE_HEADER_BYTES + bytes);
    sealSlice(slice, { bytes, ringCount, position: this.#deps.position() });
    return slice;
  }
}
