import { sealFrame } from "../../../../platform/storage/log/frame.ts";
import type { AppendTally } from "../../../domain/rings/append-all.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import type { Operation } from "../records/apply.ts";
import { RecordWriter } from "../records/record-writer.ts";
import { ENTRIES, type StateRecord } from "../records/records.ts";

const FIRST_SLOTS = 16 * 1_024;

/**
 * Records that are written and synced together, what they will do to the rings then, and who waits.
 * A post is remembered by a 32-bit mix of its id: a false hit only makes a caller wait for a sync.
 */
export class Group {
  /** 1 to 2^32-1, stamped on the rings that the group names; two live groups never share one. */
  number: number;
  readonly operations: Operation[] = [];
  readonly #writer = new RecordWriter();
  readonly #posts = new Set<number>();
  #slots = new Int32Array(FIRST_SLOTS);
  #slotCount = 0;
  #done: PromiseWithResolvers<void> | undefined;

  constructor(number: number) {
    this.number = number;
  }

  get isEmpty(): boolean {
    return this.#writer.isEmpty;
  }

  get bytes(): number {
    return this.#writer.length;
  }

  get slots(): Int32Array {
    return this.#slots;
  }

  names(low: number, high: number): boolean {
    return this.#posts.size > 0 && this.#posts.has(mix(low, high));
  }

  /** Deliveries of one entry to viewers[chosen[0..count)], whose slots are slots[chosen[i]]. */
  append(
    entry: RingEntry,
    viewers: Uint32Array,
    chosen: Int32Array,
    count: number,
    slots: Int32Array,
    tally: AppendTally,
  ): void {
    const from = this.#slotCount;
    const to = from + count;
    if (to > this.#slots.length) this.#growSlots(to);
    for (let i = 0; i < count; i++) this.#slots[from + i] = slots[chosen[i]];
    this.#slotCount = to;
    this.#writer.append(entry, viewers, chosen, count);
    this.#posts.add(mix(entry.postLow, entry.postHigh));
    this.operations.push({ kind: "append", entry, from, to, tally });
  }

  state(record: StateRecord): void {
    this.#writer.state(record);
    if (record.kind === ENTRIES) {
      for (const entry of record.entries) this.#posts.add(mix(entry.postLow, entry.postHigh));
    }
    this.operations.push({ kind: "state", record });
  }

  /** The frame to write at this position of the log. */
  seal(position: number): Buffer {
    const { bytes, length } = this.#writer;
    sealFrame(bytes, length, position);
    return bytes.subarray(0, length);
  }

  /** Resolves when the group is durable and applied. Rejects when it will never be. */
  whenDone(): Promise<void> {
    if (this.#done === undefined) {
      this.#done = Promise.withResolvers();
      // A call may fail before it comes to wait; its own error then says so.
      this.#done.promise.catch(() => {});
    }
    return this.#done.promise;
  }

  /** Wakes those who wait and makes the group ready for its next use, under another number. */
  finish(nextNumber: number): void {
    const done = this.#done;
    this.operations.length = 0;
    this.#writer.clear();
    this.#posts.clear();
    this.#slotCount = 0;
    this.#done = undefined;
    this.number = nextNumber;
    done?.resolve();
  }

  fail(error: Error): void {
    this.#done?.reject(error);
  }

  #growSlots(needed: number): void {
    const grown = new Int32Array(Math.max(needed, this.#slots.length * 2));
    grown.set(this.#slots.subarray(0, this.#slotCount));
    this.#slots = grown;
  }
}

function mix(low: number, high: number): number {
  return low ^ Math.imul(high, 0x9e37_79b1);
}
