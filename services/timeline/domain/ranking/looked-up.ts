/** What a slow source has said of the ids from <= id < before. */
export interface LookedUp {
  readonly from: bigint;
  readonly before: bigint;
  /** Authors of what is visible, by post. */
  readonly authors: ReadonlyMap<bigint, bigint>;
}

/** Undefined: it is not visible. */
export function authorIn(all: readonly LookedUp[], postId: bigint): bigint | "unknown" | undefined {
  const one = all.find(({ from, before }) => postId >= from && postId < before);
  return one ? one.authors.get(postId) : "unknown";
}
