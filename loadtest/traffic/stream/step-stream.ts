import type { Audience } from "../../../population/people/audience.ts";
import { CELLS } from "../../../population/people/cells.ts";
import { localSlot, SLOT_SECONDS } from "../curve/diurnal.ts";
import type { SlotArrivals } from "../curve/slot-arrivals.ts";
import { Draws } from "./draws.ts";
import { HORIZON_SECONDS, PendingSteps } from "./pending-steps.ts";
import { SecondSorter } from "./second-sorter.ts";
import { planSession } from "./session.ts";
import type { StepBatch } from "./steps.ts";

/** What a stream of steps is made from. Equal parts give equal streams, on any machine. */
export interface StreamParts {
  readonly seed: number;
  readonly audience: Audience;
  personAtRank(rank: number): number;
  /** The hours of a cell's zone ahead of UTC. */
  offsetHours(cell: number): number;
  arrivals(cell: number): SlotArrivals;
}

/** Which part of the day: the cells that are `generator` modulo `generators`, and the seconds. */
export interface Slice {
  readonly generator: number;
  readonly generators: number;
  /** Seconds since 0:00 UTC of day 0; may be negative. */
  readonly fromSecond: number;
  readonly seconds: number;
}

export interface StepStream extends Iterable<StepBatch> {
  /** Bytes held for steps that are not yet due. */
  readonly pendingBytes: number;
}

/**
 * The steps of a slice of cells, a batch a second, empty ones too. Sessions are drawn slot by slot, each
 * slot by itself, so a stream may begin anywhere: it replays the sessions that may still be going on.
 */
export function createStepStream(parts: StreamParts, slice: Slice): StepStream {
  let pending = new PendingSteps();

  function* batches(): Generator<StepBatch> {
    // Anew, so that a stream can be read again.
    pending = new PendingSteps();
    const sorter = new SecondSorter();
    const planSlot = slotPlanner(parts, slice, pending);
    const { fromSecond, seconds } = slice;
    const end = fromSecond + seconds;
    let slot = Math.floor((fromSecond - HORIZON_SECONDS) / SLOT_SECONDS);
    for (let second = fromSecond; second < end; second++) {
      for (; slot * SLOT_SECONDS <= second; slot++) planSlot(slot);
      const count = pending.count(second);
      pending.take(second, sorter.room(count));
      yield sorter.sorted(second, count);
    }
  }

  return {
    [Symbol.iterator]: batches,
    get pendingBytes() {
      return pending.poolBytes;
    },
  };
}

/** Draws the sessions that begin in a slot, and leaves their steps pending. */
function slotPlanner(
  { seed, audience, personAtRank, offsetHours, arrivals }: StreamParts,
  { generator, generators, fromSecond }: Slice,
  pending: PendingSteps,
): (slot: number) => void {
  const draws = new Draws(seed);
  const { ranks, habits } = audience;
  const cells = Array.from({ length: Math.ceil((CELLS - generator) / generators) }, (_, i) => {
    const cell = generator + i * generators;
    return { cell, hours: offsetHours(cell), arrivals: arrivals(cell) };
  });
  return (slot) => {
    draws.beginSlot(slot);
    pending.beginSlot(slot * SLOT_SECONDS, fromSecond);
    for (const one of cells) {
      draws.beginCell(one.cell);
      const count = one.arrivals.count(localSlot(slot, one.hours), draws.unit());
      for (let n = 0; n < count; n++) {
        const index = audience.visitor(one.cell, draws.bits(), draws.bits());
        const row = ranks.rowOf(index);
        const person = personAtRank(ranks.rankAt(index, row));
        pending.beginSession(person, draws.bits() >>> 1);
        const startUs = Math.trunc(draws.unit() * SLOT_SECONDS * 1e6);
        planSession({
          draws,
          meanScrolls: habits.scrolls(person),
          meanPosts: habits.posts(person, row),
          startUs,
          pending,
        });
      }
    }
  };
}
