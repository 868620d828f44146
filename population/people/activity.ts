/**
 * Who comes, and how that goes with the number of friends. Of 500 million registered, 50 million come on
 * a day and 120 million within the two weeks after which a timeline lapses (DESIGN.md, sections 6, 7).
 */
export const DAILY_SHARE = 0.1;
export const ACTIVE_SHARE = 0.24;
/** Means over those who come on a day (section 7). */
export const POSTS_A_VISITOR_AND_DAY = 2.5;
export const READS_A_VISITOR_AND_DAY = 100;
/**
 * Assumed: of the friends of all people, counted by friendship, so many are active. More than among all
 * people, because who comes often makes friends. It decides how many deliveries are stored: no figure
 * is published, so whoever doubts it changes it here.
 */
export const ASSUMED_ACTIVE_SHARE_OF_FRIENDS = 0.5;

/** People of about the same degree. */
interface DegreeGroup {
  readonly degree: number;
  readonly people: number;
}

/** The chance of being active, by degree: k d^e / (1 + k d^e). */
export interface ActivityCurve {
  activeShareAt(degree: number): number;
}

const STEPS = 50;

/** Solves k and e for the two shares above. `scale` of the mean does not matter: k takes it up. */
export function solveActivity(groups: readonly DegreeGroup[]): ActivityCurve {
  const logs = groups.map(({ degree }) => Math.log(degree));
  const curve = (factor: number, exponent: number) => (log: number) =>
    1 / (1 + Math.exp(-factor - exponent * log));
  const factorFor = (exponent: number) =>
    bisect(-40, 10, (factor) => {
      const active = curve(factor, exponent);
      return (
        meanOver(
          groups,
          (_, i) => active(logs[i]),
          () => 1,
        ) - ACTIVE_SHARE
      );
    });
  const exponent = bisect(0, 4, (candidate) => {
    const active = curve(factorFor(candidate), candidate);
    const ofFriends = meanOver(
      groups,
      (_, i) => active(logs[i]),
      ({ degree }) => degree,
    );
    return ofFriends - ASSUMED_ACTIVE_SHARE_OF_FRIENDS;
  });
  const active = curve(factorFor(exponent), exponent);
  return { activeShareAt: (degree) => active(Math.log(degree)) };
}

/** The mean over people of `value`, weighted. */
export function meanOver(
  groups: readonly DegreeGroup[],
  value: (group: DegreeGroup, index: number) => number,
  weight: (group: DegreeGroup, index: number) => number,
): number {
  let sum = 0;
  let weights = 0;
  groups.forEach((group, i) => {
    const share = group.people * weight(group, i);
    sum += share * value(group, i);
    weights += share;
  });
  return sum / weights;
}

/** The degrees of a graph in at most some hundred groups. */
export function groupDegrees(rows: readonly DegreeGroup[]): readonly DegreeGroup[] {
  const groups: { degree: number; people: number }[] = [];
  let first = 0;
  for (const { degree, people } of rows) {
    const last = groups.at(-1);
    if (last && degree < 1.03 * first) {
      last.degree = (last.degree * last.people + degree * people) / (last.people + people);
      last.people += people;
    } else {
      groups.push({ degree, people });
      first = degree;
    }
  }
  return groups;
}

/** Where a rising function crosses zero; the nearer end when it does not. */
function bisect(low: number, high: number, rising: (x: number) => number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < STEPS; step++) {
    const middle = (from + to) / 2;
    if (rising(middle) < 0) from = middle;
    else to = middle;
  }
  return to;
}
