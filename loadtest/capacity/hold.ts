import type { CapacityStep } from "./capacity-result.ts";

/** Holds a load once, and says what came of it. `why`: this load, and now; for people who watch. */
export type Hold = (
  load: number,
  seconds: number,
  phase: CapacityStep["phase"],
  why: string,
) => Promise<CapacityStep["outcome"]>;
