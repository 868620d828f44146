import { present } from "../../../services/model/invariant.ts";

/** A distribution of times, us, as data: from a measurement, or assumed. */
export type Distribution =
  | { readonly kind: "constant"; readonly mean: number }
  | { readonly kind: "exponential"; readonly mean: number }
  /** `sigma` of the logarithm. */
  | { readonly kind: "lognormal"; readonly mean: number; readonly sigma: number }
  /**
   * Measured: [share, us], both rising; between them by the logarithm, above the last as the last.
   */
  | { readonly kind: "quantiles"; readonly points: readonly (readonly [number, number])[] };

/** The value that a share `tail` (0 to 1) of all lies above. */
export function valueAbove(distribution: Distribution, tail: number): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.mean;
    case "exponential":
      return -distribution.mean * Math.log(tail);
    case "lognormal": {
      const { mean, sigma } = distribution;
      return mean * Math.exp(sigma * normalAbove(tail) - (sigma * sigma) / 2);
    }
    case "quantiles":
      return between(distribution.points, 1 - tail);
  }
}

function between(points: readonly (readonly [number, number])[], share: number): number {
  const after = points.findIndex(([at]) => at >= share);
  if (after < 0) return present(points.at(-1))[1];
  const [at, value] = points[after];
  const [fromAt, from] = points[after - 1] ?? [0, value];
  const part = at === fromAt ? 1 : (share - fromAt) / (at - fromAt);
  return from * (value / from) ** part;
}

const LOW_TAIL = 0.02425;

/** The normal quantile: P. J. Acklam's rational approximations, right to 1.2e-9 of the value. */
function normalAbove(tail: number): number {
  if (tail > 0.5) return -normalAbove(1 - tail);
  if (tail < LOW_TAIL) {
    const q = Math.sqrt(-2 * Math.log(tail));
    return -(
      polynomial(
        q,
        [
          -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
          4.374664141464968, 2.938163982698783,
        ],
      ) /
      polynomial(
        q,
        [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
      )
    );
  }
  const q = 0.5 - tail;
  const r = q * q;
  return (
    (q *
      polynomial(
        r,
        [
          -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269,
          -30.66479806614716, 2.506628277459239,
        ],
      )) /
    polynomial(
      r,
      [
        -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
        -13.28068155288572, 1,
      ],
    )
  );
}

/** Highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
