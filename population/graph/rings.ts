import type { DegreeRow } from "./degree-rows.ts";

/** Friends beside each other in the order of ranks, on closed rings: where triangles come from. */
export interface Rings {
  /** Writes the ranks of the neighbours, and returns how many. Room for the row's width is needed. */
  neighbours(rank: number, row: number, out: Int32Array): number;
  areNeighbours(rank: number, row: number, other: number): boolean;
}

export function createRings(rows: readonly DegreeRow[]): Rings {
  const reach = Int32Array.from(rows, ({ ringWidth }) => ringWidth / 2);
  const first = Int32Array.from(rows, ({ ringFirst }) => ringFirst);
  const people = Int32Array.from(rows, ({ ringPeople }) => ringPeople);
  return {
    neighbours(rank, row, out) {
      const start = first[row];
      const end = start + people[row];
      let count = 0;
      for (let step = 1; step <= reach[row]; step++) {
        out[count++] = rank + step < end ? rank + step : rank + step - people[row];
        out[count++] = rank - step >= start ? rank - step : rank - step + people[row];
      }
      return count;
    },
    areNeighbours(rank, row, other) {
      if (other < first[row] || other >= first[row] + people[row]) return false;
      const distance = Math.abs(rank - other);
      return Math.min(distance, people[row] - distance) <= reach[row];
    },
  };
}
