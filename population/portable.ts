/**
 * Nine digits: the same on machines whose exp and log differ in the last bits. Everything that decides
 * a step is computed from numbers rounded so at the start, with + - * / and integers, which do not vary.
 */
export function portable(value: number): number {
  return Number(value.toPrecision(9));
}

/** Where a rising function reaches `target` between `low` and `high`; the nearer end when it does not. */
export function solve(
  target: number,
  low: number,
  high: number,
  rising: (x: number) => number,
): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 60; step++) {
    const middle = (from + to) / 2;
    if (rising(middle) < target) from = middle;
    else to = middle;
  }
  return portable((from + to) / 2);
}
