/** What is wrong with one timeline, in a stretch of time. */
export interface Verdict {
  /** Should be shown, and are not. */
  readonly lost: readonly bigint[];
  /** Are shown, and should not be. */
  readonly extra: readonly bigint[];
  /** Are shown more than once. */
  readonly repeated: readonly bigint[];
}

/** What was shown, in its order, against what should be. */
export function judge(shown: readonly bigint[], expected: ReadonlySet<bigint>): Verdict {
  const seen = new Set<bigint>();
  const repeated = shown.filter((id) => seen.size === seen.add(id).size);
  return {
    lost: [...expected.difference(seen)].sort(newestFirst),
    extra: [...seen.difference(expected)].sort(newestFirst),
    repeated,
  };
}

export function isFaulty({ lost, extra, repeated }: Verdict): boolean {
  return lost.length + extra.length + repeated.length > 0;
}

function newestFirst(a: bigint, b: bigint): number {
  return a > b ? -1 : 1;
}
