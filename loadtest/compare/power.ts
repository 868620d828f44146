import { LEAST_PAIRS } from "./compare-samples.ts";

/** Standard normal: a two-sided test at 5%, and a chance of 80% to find what is there. */
const TEST_AT_5_PERCENT = 1.96;
const POWER_OF_80_PERCENT = 0.8416;

/**
 * Pairs that find a difference of this share 80 times of 100, when the logarithm of B over A differs by
 * `spread` from pair to pair (1.4 times what single runs differ by). The permutation test is as powerful
 * as Student's; its sample size is the normal one and z^2 / 2 more (Guenther 1981).
 */
export function pairsFor(spread: number, difference: number): number {
  const effect = Math.log(1 + difference) / spread;
  const normal = ((TEST_AT_5_PERCENT + POWER_OF_80_PERCENT) / effect) ** 2;
  return Math.max(LEAST_PAIRS, Math.ceil(normal + TEST_AT_5_PERCENT ** 2 / 2));
}
