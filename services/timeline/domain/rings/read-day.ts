import type { UserId } from "../../../model/ids.ts";
import type { IdleViewers } from "../../ports.ts";
import { userIdOfHalves } from "../halves.ts";
import type { RingMemory } from "./ring-memory.ts";
import type { Rings } from "./rings.ts";
import { FLAGS, FLAGS_MASK, READ_DAY_SHIFT } from "./slots.ts";

/** The day of the last read that is known of; 0: none is. */
export function readDayOf({ slots }: RingMemory, slot: number): number {
  return slots.pageOf(slot)[slots.baseOf(slot) + FLAGS] >>> READ_DAY_SHIFT;
}

/** Days only go forward. */
export function setReadDay(memory: RingMemory, slot: number, day: number): void {
  if (day <= readDayOf(memory, slot)) return;
  const page = memory.slots.pageOf(slot);
  const at = memory.slots.baseOf(slot) + FLAGS;
  page[at] = ((page[at] & FLAGS_MASK) | (day << READ_DAY_SHIFT)) >>> 0;
}

/** Of the rings in `count` slots from `from` on: whose viewers have last read before this day. */
export function idleRings(
  rings: Rings,
  beforeDay: number,
  from: number,
  count: number,
): IdleViewers {
  const { slots } = rings.memory;
  const end = Math.min(slots.length, from + count);
  const idle: UserId[] = [];
  const unknown: UserId[] = [];
  for (let slot = from; slot < end; slot++) {
    const day = readDayOf(rings.memory, slot);
    if (rings.isFree(slot) || day >= beforeDay) continue;
    const viewer = userIdOfHalves(rings.viewerHigh(slot), rings.viewerLow(slot));
    (day === 0 ? unknown : idle).push(viewer);
  }
  return { idle, unknown, next: end < slots.length ? end : undefined };
}
