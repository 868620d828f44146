const LINE_WORDS = 16;
const LINE_BYTES = 4 * LINE_WORDS;
const READS = 2_000_000;

/**
 * Nanoseconds of a read that waits for the one before it, each of another line anywhere in so many
 * bytes: what one look into memory costs, at the least, whoever searches a structure of that size.
 */
export function chaseNs(bytes: number): number {
  const lines = Math.floor(bytes / LINE_BYTES);
  const next = oneCycle(lines);
  let at = 0;
  const startMs = performance.now();
  for (let i = 0; i < READS; i++) at = next[at];
  const elapsedMs = performance.now() - startMs;
  // Were it not looked at, the reads could be left out.
  if (at >= next.length) throw new Error("the cycle leads out of its lines");
  return (elapsedMs * 1e6) / READS;
}

/** The first word of each line has that of the next one: all lines in one cycle (Sattolo 1986). */
function oneCycle(lines: number): Uint32Array {
  const next = new Uint32Array(lines * LINE_WORDS);
  for (let i = 0; i < lines; i++) next[i * LINE_WORDS] = i * LINE_WORDS;
  for (let i = lines - 1; i > 0; i--) {
    const at = i * LINE_WORDS;
    const other = Math.floor(Math.random() * i) * LINE_WORDS;
    [next[at], next[other]] = [next[other], next[at]];
  }
  return next;
}
