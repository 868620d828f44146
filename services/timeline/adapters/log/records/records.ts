import type { RingEntry } from "../../../domain/rings/ring-memory.ts";

/** The records of the log. Ids are fixed 64 bits, low first; counts, authors and viewers varints. */
export const APPEND = 1;
export const APPEND_DELETED = 2;
export const ACTIVATE = 3;
export const COMPLETE = 4;
export const LAPSE = 5;
export const FLOOR = 6;
export const ENTRIES = 7;
export const READ = 8;

/** A viewer id in halves. */
export interface ViewerHalves {
  readonly low: number;
  readonly high: number;
}

/** What a record without a list of viewers says. */
export type StateRecord =
  | { readonly kind: typeof ACTIVATE | typeof LAPSE; readonly viewer: ViewerHalves }
  | {
      readonly kind: typeof COMPLETE | typeof FLOOR;
      readonly viewer: ViewerHalves;
      readonly floorLow: number;
      readonly floorHigh: number;
    }
  | {
      /** The viewer has read, on this day since 1970. */
      readonly kind: typeof READ;
      readonly viewer: ViewerHalves;
      readonly day: number;
    }
  | {
      readonly kind: typeof ENTRIES;
      readonly viewer: ViewerHalves;
      readonly entries: readonly RingEntry[];
    };
