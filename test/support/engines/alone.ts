import { systemClock } from "../../../services/platform/clock/system-clock.ts";

/**
 * The clock of a process without others beside it. A change of what a person is waits 2 s for those who
 * trust what they have read: author-states.test.ts has one that does, and nobody else's test need wait.
 */
export const aloneClock = {
  monotonicMs: () => systemClock.monotonicMs(),
  delay: async () => {},
};
