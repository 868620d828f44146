import { portable } from "../../../population/portable.ts";
import { SLOTS_A_DAY } from "./diurnal.ts";

/** The mean of one slot beyond which exp(-mean) leaves the range of doubles. */
const MAX_MEAN = 700;

/** How many sessions begin in a slot of a cell: Poisson, from a table of exp(-mean). */
export interface SlotArrivals {
  /** The count for a share in [0, 1), at a slot of the local day. */
  count(localSlot: number, share: number): number;
}

/** Of a cell, by the curve of its zone. */
export function maxSessionsADay(curve: Float64Array): number {
  return (MAX_MEAN * SLOTS_A_DAY) / curve.reduce((most, rate) => Math.max(most, rate), 0);
}

/**
 * For a cell that has `sessionsADay`, by the curve of its zone. Searching the distribution from 0 costs
 * an addition and a multiplication a session: less than making the session.
 */
export function createSlotArrivals(sessionsADay: number, curve: Float64Array): SlotArrivals {
  const means = curve.map((rate) => (rate * sessionsADay) / SLOTS_A_DAY);
  if (sessionsADay > maxSessionsADay(curve)) {
    throw new RangeError(`${sessionsADay} sessions a cell and day: too many`);
  }
  const none = means.map((mean) => portable(Math.exp(-mean)));
  return {
    count(localSlot, share) {
      const mean = means[localSlot];
      let chance = none[localSlot];
      let below = chance;
      let count = 0;
      // Ends where the chances are lost in rounding, for a share next to 1.
      while (share >= below && (count < mean || chance > 1e-12)) {
        count++;
        chance *= mean / count;
        below += chance;
      }
      return count;
    },
  };
}
