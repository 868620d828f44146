/** One equation: sum of `factors` times what is sought is `value`; its weight in the sum of squares. */
export interface Equation {
  readonly factors: readonly number[];
  readonly value: number;
  readonly weight: number;
}

const SWEEPS = 20_000;
const SETTLED = 1e-12;

/**
 * Non-negative least squares by coordinate descent: a cost below nothing is no cost. The problem is
 * convex, so that the descent ends at its minimum; a handful of unknowns takes milliseconds. Columns are
 * scaled to unit length first, as rates differ by orders of magnitude.
 * (Franc, Hlavac, Navara, Sequential coordinate-wise algorithm for NNLS, 2005.)
 */
export function solveNonNegative(equations: readonly Equation[]): readonly number[] {
  const unknowns = equations[0]?.factors.length ?? 0;
  const rows = equations.map(({ factors, weight }) => factors.map((f) => f * weight));
  const lengths = Array.from({ length: unknowns }, (_, j) =>
    Math.hypot(...rows.map((row) => row[j])),
  );
  const scaled = rows.map((row) => row.map((f, j) => (lengths[j] > 0 ? f / lengths[j] : 0)));
  const solution = new Float64Array(unknowns);
  const residual = Float64Array.from(equations, ({ value, weight }) => value * weight);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let j = 0; j < unknowns; j++) {
      if (lengths[j] === 0) continue;
      const gradient = scaled.reduce((sum, row, i) => sum + row[j] * residual[i], 0);
      const next = Math.max(0, solution[j] + gradient);
      const step = next - solution[j];
      if (step === 0) continue;
      solution[j] = next;
      scaled.forEach((row, i) => {
        residual[i] -= step * row[j];
      });
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < SETTLED) break;
  }
  return Array.from(solution, (x, j) => (lengths[j] > 0 ? x / lengths[j] : 0));
}
