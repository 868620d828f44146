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
  /** Lines that say nothing of friendships, by kind. */
  comment: number;
  header: number;
  empty: number;
  /** Lines that an earlier run had done. */
  resumed: number;
}

export function noCounts(): Counts {
  return {
    imported: 0,
    alreadyThere: 0,
    selfEdges: 0,
    badLines: 0,
    refused: 0,
    comment: 0,
    header: 0,
    empty: 0,
    resumed: 0,
  };
}

/** Three lines for people. */
export function summaryText(counts: Counts, seconds: number): string {
  const sent = counts.imported + counts.alreadyThere + counts.refused;
  const rate = seconds > 0 ? Math.round(sent / seconds) : sent;
  const { comment, header, empty, resumed } = counts;
  return [
    `imported ${counts.imported}, already there ${counts.alreadyThere}, ` +
      `self-edges ${counts.selfEdges}, bad lines ${counts.badLines}, refused ${counts.refused}`,
    `passed over: comments ${comment}, headers ${header}, empty lines ${empty}` +
      (resumed > 0 ? `, done by an earlier run ${resumed}` : ""),
    `${sent} friendships sent in ${seconds.toFixed(1)} s, ${rate} a second`,
  ].join("\n");
}

/**
 * 0: every line was read and taken, and there was something to take; 2: some were not, or the file holds
 * no friendship; a failure on the way is 1.
 */
export function exitCodeOf(counts: Counts): number {
  const { badLines, refused, imported, alreadyThere, resumed } = counts;
  return badLines + refused > 0 || imported + alreadyThere + resumed === 0 ? 2 : 0;
}
