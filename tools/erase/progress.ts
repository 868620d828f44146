import type { Progress } from "../../erasure/options.ts";

/** Work that is over sooner needs no telling. */
const EVERY_MS = 2_000;

/** Tells how far an erasure is, a line at most every two seconds. */
export function progressOn(
  out: { write(text: string): unknown },
  nowMs: () => number = () => performance.now(),
): (progress: Progress) => void {
  let toldMs = nowMs();
  return ({ phase, scan, found, deleted }) => {
    if (nowMs() - toldMs < EVERY_MS) return;
    toldMs = nowMs();
    const counts = [found, deleted].map((count) => count.toLocaleString("en-US"));
    out.write(`${phase}: scan ${scan}, found ${counts[0]}, deleted ${counts[1]}\n`);
  };
}
