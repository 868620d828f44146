import type { DegreeRow } from "./degree-rows.ts";

/** Rows of about the same degree, for sums that need no more detail. */
interface Group {
  people: number;
  stubs: number;
}

const ROUNDS = 4;
const STEPS = 6;
/** Neighbouring rows whose degrees differ by less than this ratio are one group. */
const GROUP_RATIO = 1.04;

/**
 * How many stubs a person of each row gets, so that after random pairing about `degree - ringWidth`
 * different friends are left. Pairs that meet twice, oneself and neighbours on the ring are lost: next to
 * nothing at 500M people, and 3% at 100,000, where it would bend the curve. Nobody gets more stubs
 * than `maxFriends` allow, so the maximum holds whatever is lost.
 */
export function stubCounts(rows: readonly DegreeRow[], maxFriends: number): Int32Array {
  const wanted = rows.map(({ degree, ringWidth }) => degree - ringWidth);
  const limits = rows.map(({ degree, ringWidth }) => Math.max(degree, maxFriends) - ringWidth);
  let counts = wanted;
  for (let round = 0; round < ROUNDS; round++) {
    const groups = groupRows(rows, counts);
    const total = groups.reduce((sum, group) => sum + group.people * group.stubs, 0);
    const ratios = new Map<number, number>();
    counts = rows.map((row, i) => {
      // One solution a group: the ratio changes slowly.
      const bucket = Math.round(Math.log(wanted[i]) / Math.log(GROUP_RATIO));
      const ratio = ratios.get(bucket) ?? ratioFor(wanted[i], row.ringWidth, groups, total);
      ratios.set(bucket, ratio);
      return Math.min(wanted[i] * ratio, limits[i]);
    });
  }
  return Int32Array.from(counts, (count) => Math.round(count));
}

function ratioFor(
  wanted: number,
  ringWidth: number,
  groups: readonly Group[],
  total: number,
): number {
  let stubs = wanted;
  for (let step = 0; step < STEPS; step++) {
    stubs *= wanted / distinctPartners(stubs, ringWidth, groups, total);
  }
  return stubs / wanted;
}

/** Two people with g and h of S stubs are paired with probability 1 - exp(-g h / S). */
function distinctPartners(
  stubs: number,
  ringWidth: number,
  groups: readonly Group[],
  total: number,
): number {
  const met = groups.reduce(
    (sum, group) => sum - group.people * Math.expm1((-stubs * group.stubs) / total),
    0,
  );
  // Oneself and the ring's neighbours, who have as many stubs.
  return met + (ringWidth + 1) * Math.expm1((-stubs * stubs) / total);
}

function groupRows(rows: readonly DegreeRow[], counts: readonly number[]): readonly Group[] {
  const groups: Group[] = [];
  let firstDegree = 0;
  rows.forEach(({ degree, people }, i) => {
    const last = groups.at(-1);
    if (!last || degree > firstDegree * GROUP_RATIO) {
      firstDegree = degree;
      groups.push({ people, stubs: counts[i] });
      return;
    }
    last.stubs = (last.stubs * last.people + counts[i] * people) / (last.people + people);
    last.people += people;
  });
  return groups;
}
