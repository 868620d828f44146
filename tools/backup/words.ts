import type { Progress } from "./progress.ts";

const MIB = 1_024 * 1_024;
const PART_WIDTH = 24;

export const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;

/** "post        25.0 MiB, 3.1 MiB of it new". */
export function progressLine({ part, bytes, added }: Progress): string {
  const new_ = added === undefined ? "" : `, ${mib(added)} added`;
  return `  ${part.padEnd(PART_WIDTH)} ${mib(bytes).padStart(11)}${new_}`;
}
