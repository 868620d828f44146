import { mix } from "../hash.ts";
import { solve } from "../portable.ts";
import type { DegreeCount } from "./active-ranks.ts";
import { lognormalTable } from "./quantile-table.ts";

/** What people do in a session, on average for one person. */
export interface Habits {
  /** Pages after the first. */
  scrolls(person: number): number;
  /** Posts; more with more friends. `row`: of the person's degree. */
  posts(person: number, row: number): number;
  /** Posts of all people with so many friends. */
  expectedPosts(degree: number): number;
}

/** Assumed: how unequal people are; sigmas of logarithms. */
const SPREAD = { scrolls: 0.9, posts: 1.5 };
/** Nobody posts more than this in a session on average: the lognormal tail has thousands. */
const MAX_MEAN_POSTS = 10;
const LEVELS = 4_096;
const LEVEL_BITS = 20;

/** Habits that are a hash of key and person, with these means over all sessions. */
export function createHabits(
  key: number,
  rows: readonly DegreeCount[],
  activeByRow: Int32Array,
  means: { readonly scrolls: number; readonly posts: number },
): Habits {
  const scrollLevels = levelsOf(means.scrolls, SPREAD.scrolls);
  const postLevels = levelsOf(1, SPREAD.posts);
  // Writers have readers: the rate grows with the root of the degree.
  const roots = Float64Array.from(rows, ({ degree }) => Math.sqrt(degree));
  const meanCapped = cappedMeanOf(postLevels);
  const active = activeByRow.reduce((sum, count) => sum + count, 0);
  const factor = solve(means.posts, 0, means.posts * 10, (candidate) => {
    let sum = 0;
    roots.forEach((root, row) => {
      sum += activeByRow[row] * meanCapped(candidate * root, MAX_MEAN_POSTS);
    });
    return sum / active;
  });
  const [scrollKey, postKey] = [mix(key), mix(key + 1)];
  return {
    scrolls: (person) => scrollLevels[mix(person ^ scrollKey) >>> LEVEL_BITS],
    posts(person, row) {
      const level = postLevels[mix(person ^ postKey) >>> LEVEL_BITS];
      return Math.min(level * roots[row] * factor, MAX_MEAN_POSTS);
    },
    expectedPosts: (degree) => meanCapped(factor * Math.sqrt(degree), MAX_MEAN_POSTS),
  };
}

function levelsOf(mean: number, spread: number): Float32Array {
  const table = lognormalTable(mean, spread);
  return Float32Array.from({ length: LEVELS }, (_, i) => table.at(i << LEVEL_BITS));
}

/** The mean of min(factor * level, cap) over ascending levels, by running sums. */
function cappedMeanOf(levels: Float32Array): (factor: number, cap: number) => number {
  const sums = new Float64Array(levels.length + 1);
  for (let i = 0; i < levels.length; i++) sums[i + 1] = sums[i] + levels[i];
  return (factor, cap) => {
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (levels[middle] * factor < cap) low = middle + 1;
      else high = middle;
    }
    return (sums[low] * factor + (levels.length - low) * cap) / levels.length;
  };
}
