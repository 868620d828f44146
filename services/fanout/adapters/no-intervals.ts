import type { PullIntervals } from "../ports.ts";

/** Every post is pushed. */
export const NO_INTERVALS: PullIntervals = { of: () => [] };
