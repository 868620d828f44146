import type { Fault } from "./fault.ts";
import { CLOCK_FAULTS } from "./faults/clocks.ts";
import { DISK_FULL } from "./faults/disk.ts";
import { LINK_FAULTS } from "./faults/links.ts";
import { PROCESS_FAULTS } from "./faults/processes.ts";
import { ZONE_GONE } from "./faults/zone.ts";

/** All faults, in the order in which they are run. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...LINK_FAULTS,
  DISK_FULL,
  ...CLOCK_FAULTS,
  ZONE_GONE,
];

/** Why this one can't be run here; undefined: it can. */
export function whyNot(fault: Fault, isCql: boolean): string | undefined {
  if (fault.engines === "cql" && !isCql) return "needs TIDINGS_ENGINE=cql";
  if (fault.engines === "embedded" && isCql) return "of the embedded engines only";
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;
  return fault.needsRoot && !isRoot ? "needs root on Linux" : undefined;
}
