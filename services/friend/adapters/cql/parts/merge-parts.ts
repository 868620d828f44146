import type { EdgeState } from "../edge-rows.ts";
import { newestState } from "./newest-state.ts";

/** One friend's row in one part. */
export interface PartRow extends EdgeState {
  readonly friend: bigint;
}

/** Rows of one part, ascending by friend, from where all parts were asked. */
export interface PartPage {
  readonly rows: readonly PartRow[];
  /** Nothing more follows in this part. */
  readonly isLast: boolean;
}

export interface MergedPages {
  /** Friends, ascending. */
  readonly friends: readonly bigint[];
  /** Up to, and with, this id all are there; undefined: to the end. */
  readonly through: bigint | undefined;
}

/** What the pages say together, up to where the first of them ends. A friend in two parts is what the newer row says. */
export function mergeParts(pages: readonly PartPage[]): MergedPages {
  const ends = pages
    .filter(({ isLast }) => !isLast)
    .map(({ rows }) => rows[rows.length - 1].friend);
  const through = ends.length === 0 ? undefined : ends.reduce((a, b) => (a < b ? a : b));
  const known = pages
    .flatMap(({ rows }) => rows)
    .filter(({ friend }) => through === undefined || friend <= through);
  const friends = [...Map.groupBy(known, ({ friend }) => friend)]
    .filter(([, rows]) => newestState(rows).isPresent)
    .map(([friend]) => friend)
    .sort((a, b) => (a < b ? -1 : 1));
  return { friends, through };
}
