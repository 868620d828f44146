/**
 * The most that `trials` trials with this chance give, but for once in a thousand times: what a test over
 * many seeds may see, derived and not tried out. Exact.
 */
export function mostOf(trials: number, chance: number, level = 0.001): number {
  let term = (1 - chance) ** trials;
  let within = term;
  for (let k = 0; k < trials; k++) {
    if (1 - within <= level) return k;
    term *= ((trials - k) / (k + 1)) * (chance / (1 - chance));
    within += term;
  }
  return trials;
}
