/**
 * The standard normal distribution function: Abramowitz and Stegun 26.2.17, for the smaller tail, so that
 * it is right to 1e-7 and falls as the true one does.
 */
export function normalShareBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const sum = -0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail = density * t * (0.31938153 + t * sum);
  return z > 0 ? 1 - tail : tail;
}
