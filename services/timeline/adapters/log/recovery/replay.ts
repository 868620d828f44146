import { invariant } from "../../../../model/invariant.ts";
import type { AppendTally } from "../../../domain/rings/append-all.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import { type ApplyListener, applyState } from "../records/apply.ts";
import { RecordReader, type RecordVisitor } from "../records/record-reader.ts";
import type { StateRecord } from "../records/records.ts";

const NOBODY: ApplyListener = { onWatched() {}, onActivated() {}, onLapsed() {} };

/** Applies the frames of the log to rings that came from a snapshot, or to empty ones. */
export class Replay implements RecordVisitor {
  readonly #rings: Rings;
  readonly #slicePositions: readonly number[];
  readonly #lastSlicePosition: number;
  readonly #reader = new RecordReader();
  readonly #tally: AppendTally = { inserted: 0, duplicates: 0, dropped: 0 };
  #slots = new Int32Array(1_024);
  #position = 0;

  constructor(rings: Rings, slicePositions: readonly number[]) {
    this.#rings = rings;
    this.#slicePositions = slicePositions;
    this.#lastSlicePosition = slicePositions.reduce((a, b) => Math.max(a, b), 0);
  }

  /** The records in bytes[start..end), from a frame that begins at `position`. @throws RecordError */
  frame(bytes: Uint8Array, start: number, end: number, position: number): void {
    invariant(position >= this.#position, "frames are replayed in their order");
    this.#position = position;
    this.#reader.read(bytes, start, end, this);
    this.#rings.endGroup();
  }

  append(entry: RingEntry, viewers: Uint32Array, count: number): void {
    if (this.#slots.length < count) this.#slots = new Int32Array(2 * count);
    const slots = this.#slots;
    this.#rings.table.findAll(viewers, count, slots);
    const mayBeIncluded = this.#position < this.#lastSlicePosition;
    let taken = 0;
    for (let i = 0; i < count; i++) {
      const slot = slots[i];
      if (slot < 0 || (mayBeIncluded && this.#isIncluded(slot))) continue;
      slots[taken++] = slot;
    }
    this.#rings.appendAll(slots, 0, taken, entry, this.#tally, NOBODY);
  }

  state(record: StateRecord): void {
    const slot = this.#rings.find(record.viewer.low, record.viewer.high);
    if (slot >= 0 && this.#isIncluded(slot)) return;
    applyState(this.#rings, record, NOBODY);
  }

  /** A ring ignores what its slice of the snapshot includes (rule 3.7). */
  #isIncluded(slot: number): boolean {
    return this.#position < this.#slicePositions[this.#rings.sliceOf(slot)];
  }
}
