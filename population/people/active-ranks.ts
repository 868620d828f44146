/** A degree of the graph and how many people have it. */
export interface DegreeCount {
  readonly degree: number;
  readonly people: number;
}

/** Who is active: so many of each degree, evenly spread over its ranks. */
export interface ActiveRanks {
  readonly count: number;
  /** Of each degree, in the order of the rows. */
  readonly activeByRow: Int32Array;
  /** The row of the active person number `index`, from 0. */
  rowOf(index: number): number;
  /** The rank of the active person number `index`, who is in `row`. */
  rankAt(index: number, row: number): number;
  /** The number of the active person at this rank; -1: whoever is there is not active. */
  indexAt(rank: number): number;
}

/** Few enough to stay in a core's own cache, with what a row has in one line of it. */
const GUIDE_BITS = 13;

/** Columns of the table of rows, which ends with a row of totals. */
const FIRST_INDEX = 0;
const FIRST_RANK = 1;
const PEOPLE = 2;
const ACTIVE = 3;
const COLUMNS = 4;

/**
 * A hash a person would say who is active, but could not be asked for the n-th active person without
 * trying four for each found. Even spacing can: a division leads either way, without a bit a person.
 * Ranks say nothing but the degree (graph/permutation.ts shuffles people over them).
 */
export function createActiveRanks(
  rows: readonly DegreeCount[],
  activeShareAt: (degree: number) => number,
): ActiveRanks {
  const people = Int32Array.from(rows, (row) => row.people);
  let wanted = 0;
  let given = 0;
  // Rounded as a running sum: no degree's share is lost to rounding.
  const active = Int32Array.from(rows, (row) => {
    wanted += row.people * activeShareAt(row.degree);
    const count = Math.min(row.people, Math.max(0, Math.round(wanted) - given));
    given += count;
    return count;
  });
  const table = new Int32Array((rows.length + 1) * COLUMNS);
  for (let row = 0, at = 0; row < rows.length; row++, at += COLUMNS) {
    table[at + PEOPLE] = people[row];
    table[at + ACTIVE] = active[row];
    table[at + COLUMNS + FIRST_INDEX] = table[at + FIRST_INDEX] + active[row];
    table[at + COLUMNS + FIRST_RANK] = table[at + FIRST_RANK] + people[row];
  }
  const shift = Math.max(0, 32 - Math.clz32(given) - GUIDE_BITS);
  const guides = Int32Array.from({ length: (given >>> shift) + 1 }, (_, i) =>
    lastAtOrBelow(table, FIRST_INDEX, i << shift),
  );

  function rowOf(index: number): number {
    let row = guides[index >>> shift];
    while (table[(row + 1) * COLUMNS + FIRST_INDEX] <= index) row++;
    return row;
  }

  return {
    count: given,
    activeByRow: active,
    rowOf,
    rankAt(index, row) {
      const at = row * COLUMNS;
      const nth = index - table[at + FIRST_INDEX];
      return table[at + FIRST_RANK] + Math.trunc((nth * table[at + PEOPLE]) / table[at + ACTIVE]);
    },
    indexAt(rank) {
      const row = lastAtOrBelow(table, FIRST_RANK, rank);
      const at = row * COLUMNS;
      const [of, among] = [table[at + ACTIVE], table[at + PEOPLE]];
      const place = rank - table[at + FIRST_RANK];
      const nth = Math.ceil((place * of) / among);
      const isThere = nth < of && Math.trunc((nth * among) / of) === place;
      return isThere ? table[at + FIRST_INDEX] + nth : -1;
    },
  };
}

/** The last row, but for the end, whose `column` is at most `value`: empty ones before it are passed. */
function lastAtOrBelow(table: Int32Array, column: number, value: number): number {
  let low = 0;
  let high = table.length / COLUMNS - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (table[middle * COLUMNS + column] <= value) low = middle;
    else high = middle;
  }
  return low;
}
