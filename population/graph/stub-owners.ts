import type { DegreeRow } from "./degree-rows.ts";

/** Who has which stubs: those of rank 0 first, and so on, all of one person in a row. */
export interface StubOwners {
  readonly total: number;
  readonly maxEach: number;
  firstStub(rank: number, row: number): number;
  countOf(row: number): number;
  /** The rank that has this stub; below `total`. */
  rankOf(stub: number): number;
}

/** Enough that a look-up seldom passes more than a row, and small enough for the cache. */
const GUIDE_ENTRIES = 65_536;

/** `counts`: stubs each, by row. Sums stay below 2^53, so division in doubles is exact enough. */
export function createStubOwners(rows: readonly DegreeRow[], counts: Int32Array): StubOwners {
  const firstRanks = Int32Array.from(rows, ({ firstRank }) => firstRank);
  const firstStubs = new Float64Array(rows.length + 1);
  rows.forEach(({ people }, row) => {
    firstStubs[row + 1] = firstStubs[row] + people * counts[row];
  });
  const total = firstStubs[rows.length];
  const entriesPerStub = GUIDE_ENTRIES / total;
  // The row of the first stub of each entry, or one before it where rounding says so.
  const guide = new Int32Array(GUIDE_ENTRIES + 1);
  for (let entry = 1, row = 0; entry <= GUIDE_ENTRIES; entry++) {
    const stub = Math.floor((entry - 1e-3) / entriesPerStub) - 1;
    while (row + 1 < rows.length && firstStubs[row + 1] <= stub) row++;
    guide[entry] = row;
  }
  return {
    total,
    maxEach: counts.reduce((most, count) => Math.max(most, count), 1),
    firstStub: (rank, row) => firstStubs[row] + (rank - firstRanks[row]) * counts[row],
    countOf: (row) => counts[row],
    rankOf(stub) {
      let row = guide[Math.trunc(stub * entriesPerStub)];
      while (firstStubs[row + 1] <= stub) row++;
      return firstRanks[row] + Math.trunc((stub - firstStubs[row]) / counts[row]);
    },
  };
}
