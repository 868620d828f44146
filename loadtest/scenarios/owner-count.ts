import type { SliceSpec } from "./scenario.ts";

/** Timeline owners among whom viewers are divided: those of a slice, or else the processes that are there. */
export function ownerCount(slice: SliceSpec, timelines: number): number {
  return slice.kind === "owner" ? slice.owners : timelines;
}
