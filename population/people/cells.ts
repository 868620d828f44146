/**
 * The active people in 1,024 cells, each in one time zone: cell c has the active c, c + 1024, ... The cell
 * is the unit of generating traffic: any number of generators up to this one can share a day.
 */
export const CELLS = 1_024;

/** How many active people a cell has. */
export function cellSize(active: number, cell: number): number {
  return Math.trunc((active - cell + CELLS - 1) / CELLS);
}

/**
 * The zone of each cell, as near to the weights as whole cells allow. The cells of a zone are next to each
 * other, so that generators, which take every n-th, have the same mixture.
 */
export function zonesOfCells(zones: readonly { readonly weight: number }[]): Uint8Array {
  const total = zones.reduce((sum, { weight }) => sum + weight, 0);
  const zoneOf = new Uint8Array(CELLS);
  let sum = 0;
  zones.forEach(({ weight }, zone) => {
    zoneOf.fill(zone, Math.round((sum / total) * CELLS));
    sum += weight;
  });
  return zoneOf;
}
