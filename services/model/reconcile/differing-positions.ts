import { type Digest, isSameDigest } from "./digest.ts";

/** Positions from `from` up to, and not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One of two sides: the digests of ranges that ascend, all of one length but the last, which may be shorter. */
export type DigestsOf = (
  ranges: readonly Range[],
) => readonly Digest[] | Promise<readonly Digest[]>;

export interface Descent {
  /** Positions of a range of the first round. */
  readonly firstLength: number;
  /** Into so many parts a range is cut that differs. */
  readonly fanOut: number;
  /** Ends the descent when more ranges than this differ in a round. */
  readonly mostDiffering: number;
}

export interface Differing {
  /** Ascending. */
  readonly positions: readonly number[];
  /** Ranges that were compared, in all rounds. */
  readonly compared: number;
  /** Too many differ: `positions` are those of the first ranges alone. */
  readonly isCut: boolean;
}

/**
 * Where two sequences of sets differ, found by the digests of ranges: equal ranges are left alone, others are
 * cut and compared again (range-based set reconciliation, A. Meyer, 2022). After the first round, which
 * compares count / firstLength ranges, d differences cost at most d x fanOut ranges a round.
 */
export async function differingPositions(
  count: number,
  left: DigestsOf,
  right: DigestsOf,
  { firstLength, fanOut, mostDiffering }: Descent,
): Promise<Differing> {
  let ranges = cut({ from: 0, to: count }, firstLength);
  let compared = 0;
  let isCut = false;
  for (let length = firstLength; ranges.length > 0; ) {
    compared += ranges.length;
    const [ours, theirs] = await Promise.all([left(ranges), right(ranges)]);
    const differing = ranges.filter((_, i) => !isSameDigest(ours[i], theirs[i]));
    isCut ||= differing.length > mostDiffering;
    const kept = differing.slice(0, mostDiffering);
    if (length === 1) return { positions: kept.map(({ from }) => from), compared, isCut };
    length = Math.ceil(length / fanOut);
    ranges = kept.flatMap((range) => cut(range, length));
  }
  return { positions: [], compared, isCut };
}

function cut({ from, to }: Range, length: number): Range[] {
  return Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => ({
    from: from + i * length,
    to: Math.min(to, from + (i + 1) * length),
  }));
}
