/** Who claims a part of a node's capacity: a child of it, or a holder of its leases. One resource. */
export interface Claim {
  /** Promised, when wanted. */
  readonly assured: number;
  readonly ceiling: number;
  /** What it would use now. */
  readonly wants: number;
  readonly weight: number;
  /** 0 is served first. */
  readonly priority: number;
  /** Up to this it is given what nobody wants, so that it may grow without asking. */
  readonly idle: number;
}

/**
 * Divides `capacity`: the steady state of sch_htb. First what is assured and wanted (in proportion, when
 * more was promised than there is); then what is wanted beyond, by priority, by weight (weighted max-min,
 * as progressive filling); then what nobody wants, up to what each may be given of it: the rest is left for who
 * asks next. In the order of `claims`; whole numbers; the sum never exceeds `capacity`.
 */
export function divide(capacity: number, claims: readonly Claim[]): readonly number[] {
  if (capacity === Infinity) return claims.map(({ ceiling }) => ceiling);
  const given = claims.map((claim) => Math.min(claim.assured, claim.ceiling, claim.wants));
  const promised = sumOf(given);
  if (promised > capacity) return given.map((part) => Math.floor((capacity * part) / promised));
  let left = capacity - promised;
  for (const priority of [...new Set(claims.map((claim) => claim.priority))].sort(
    (a, b) => a - b,
  )) {
    left -= fill(claims, given, left, (claim) =>
      claim.priority === priority ? Math.min(claim.wants, claim.ceiling) : 0,
    );
  }
  fill(claims, given, left, (claim) => Math.min(claim.idle, claim.ceiling));
  return given;
}

/** Gives `left` by weight to all that have less than their limit; returns how much was given. */
function fill(
  claims: readonly Claim[],
  given: number[],
  left: number,
  limitOf: (claim: Claim) => number,
): number {
  const open = claims
    .map((claim, i) => ({ i, weight: claim.weight, room: limitOf(claim) - given[i] }))
    .filter(({ room }) => room > 0)
    .sort((a, b) => a.room / a.weight - b.room / b.weight);
  let rest = left;
  let weights = open.reduce((sum, { weight }) => sum + weight, 0);
  for (const { i, weight, room } of open) {
    const part = Math.min(room, Math.floor((rest * weight) / weights));
    given[i] += part;
    rest -= part;
    weights -= weight;
  }
  return left - rest;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
