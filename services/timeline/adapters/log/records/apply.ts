import type { AppendTally } from "../../../domain/rings/append-all.ts";
import { INSERTED } from "../../../domain/rings/insert.ts";
import { setReadDay } from "../../../domain/rings/read-day.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import { ACTIVATE, COMPLETE, ENTRIES, FLOOR, LAPSE, READ, type StateRecord } from "./records.ts";

/** Hears of what applied records changed. */
export interface ApplyListener {
  /** An entry became readable in a ring that is watched. */
  onWatched(slot: number, entry: RingEntry): void;
  /** A ring began. */
  onActivated(slot: number): void;
  /** A ring that is watched is about to end. */
  onLapsed(slot: number): void;
}

/** Applies a record to the rings, live or in a replay. Records that no longer apply change nothing. */
export function applyState(rings: Rings, record: StateRecord, listener: ApplyListener): void {
  const { low, high } = record.viewer;
  if (record.kind === ACTIVATE) {
    listener.onActivated(rings.activate(low, high));
    return;
  }
  const slot = rings.find(low, high);
  if (slot < 0) return;
  switch (record.kind) {
    case LAPSE:
      if (rings.isWatched(slot)) listener.onLapsed(slot);
      rings.lapse(slot);
      return;
    case COMPLETE:
      rings.complete(slot, record.floorLow, record.floorHigh);
      return;
    case FLOOR:
      rings.raiseFloor(slot, record.floorLow, record.floorHigh);
      return;
    case READ:
      setReadDay(rings.memory, slot, record.day);
      return;
    case ENTRIES:
      for (const entry of record.entries) {
        const isNew = rings.insert(slot, entry) === INSERTED;
        if (isNew && rings.isWatched(slot)) listener.onWatched(slot, entry);
      }
  }
}

/** One record's deliveries: slots[from..to) of its group. */
export interface AppendOperation {
  readonly kind: "append";
  readonly entry: RingEntry;
  readonly from: number;
  readonly to: number;
  readonly tally: AppendTally;
}

/** What a group does to the rings once it is durable, in the order of its records. */
export type Operation = AppendOperation | { readonly kind: "state"; readonly record: StateRecord };

/** Applies a durable group; its appends reuse the slots that were found when they were checked. */
export function applyGroup(
  rings: Rings,
  operations: readonly Operation[],
  slots: Int32Array,
  listener: ApplyListener,
): void {
  for (const operation of operations) {
    if (operation.kind === "state") applyState(rings, operation.record, listener);
    else {
      const { entry, from, to, tally } = operation;
      rings.appendAll(slots, from, to, entry, tally, listener);
    }
  }
  rings.endGroup();
}
