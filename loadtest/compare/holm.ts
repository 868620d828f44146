/**
 * Adjusts p values for there being several: calling different what has at most `level` here calls anything
 * different by chance with at most that chance, however they depend on each other.
 * (Holm, A simple sequentially rejective multiple test procedure, 1979.)
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a] - ps[b]);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[index]));
    adjusted[index] = largest;
  });
  return adjusted;
}
