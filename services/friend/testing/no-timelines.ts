import type { TimelineOwners } from "../ports.ts";

/** Where no timelines are. */
export const NO_TIMELINES: TimelineOwners = { tell: async () => true };
