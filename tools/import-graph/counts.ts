/** What became of the lines of a file. */
export interface Counts {
  /** Friendships that were new. */
  imported: number;
  /** Friendships that were there, also when this file has them twice. */
  alreadyThere: number;
  selfEdges: number;
  /** Lines that cannot be read. */
  badLines: number;
  /** Friendships that the service refused, such as one too many for a person. */
  refused: number;
}

export function noCounts(): Counts {
  return { imported: 0, alreadyThere: 0, selfEdges: 0, badLines: 0, refused: 0 };
}

/** Two lines for people. */
export function summaryText(counts: Counts, seconds: number): string {
  const sent = counts.imported + counts.alreadyThere + counts.refused;
  const rate = seconds > 0 ? Math.round(sent / seconds) : sent;
  return [
    `imported ${counts.imported}, already there ${counts.alreadyThere}, ` +
      `self-edges ${counts.selfEdges}, bad lines ${counts.badLines}, refused ${counts.refused}`,
    `${sent} friendships sent in ${seconds.toFixed(1)} s, ${rate} a second`,
  ].join("\n");
}

/** 0: every line was read and taken; 2: some were not; a failure on the way is 1. */
export function exitCodeOf({ badLines, refused }: Counts): number {
  return badLines + refused > 0 ? 2 : 0;
}
