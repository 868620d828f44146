import type { Progress } from "./progress.ts";

const UNITS = ["KiB", "MiB", "GiB", "TiB"];
const PER_UNIT = 1_024;
const PART_WIDTH = 24;

/** "12.3 KiB": below a thousand of its unit. */
export function size(bytes: number): string {
  const unit = UNITS.findIndex((_, i) => bytes < 1_000 * PER_UNIT ** (i + 1));
  const i = unit < 0 ? UNITS.length - 1 : unit;
  return `${(bytes / PER_UNIT ** (i + 1)).toFixed(1)} ${UNITS[i]}`;
}

/** As it was called: by npm, or, where there is the image alone, as a program. */
export function calledAs(tool: string): string {
  return process.env.npm_lifecycle_event ? `npm run ${tool} --` : `node tools/${tool}/main.ts`;
}

/** "1 backup", "2 backups". */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** "post        25.0 MiB, 3.1 MiB of it new". */
export function progressLine({ part, bytes, added }: Progress): string {
  const new_ = added === undefined ? "" : `, ${size(added)} of it new`;
  return `  ${part.padEnd(PART_WIDTH)} ${size(bytes).padStart(11)}${new_}`;
}
