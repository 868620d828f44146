import * as c from "./columns.ts";

/** What the ceiling must hold for `cost`: a borrower leaves half the burst to those who need not borrow. */
export function neededOf(rows: Float64Array, at: number, borrows: boolean, cost: number): number {
  if (!borrows) return cost;
  const burst = rows[at + c.BURST];
  return Math.max(cost, Math.min(cost + burst / 2, burst));
}

/** Microseconds until one ceiling holds `needed`; Infinity when it never does. */
export function waitForCeiling(rows: Float64Array, at: number, needed: number): number {
  if (needed > rows[at + c.BURST]) return Infinity;
  return waitOf(needed - rows[at + c.CEILING], rows[at + c.CEILING_RATE]);
}

/** Microseconds until one assured rate has gathered `needed`; Infinity when it never does. */
export function waitForTokens(rows: Float64Array, at: number, needed: number): number {
  if (needed > rows[at + c.DEPTH]) return Infinity;
  return waitOf(needed - rows[at + c.TOKENS], rows[at + c.RATE]);
}

function waitOf(missing: number, rate: number): number {
  return missing <= 0 ? 0 : Math.ceil(missing / rate);
}
