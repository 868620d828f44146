import { keyOf, mix, unit } from "../hash.ts";
import { solve } from "../portable.ts";
import { READS_A_VISITOR_AND_DAY } from "./activity.ts";
import { lognormalTable } from "./quantile-table.ts";

/**
 * Likes and comments that a visitor makes on a day, on average. Facebook counted 3.2 billion of both together
 * a day in the first quarter of 2012, of 526 million daily users (Form S-1): six each. How many of these are
 * comments is not published; one is assumed.
 */
export const LIKES_A_VISITOR_AND_DAY = 5;
export const COMMENTS_A_VISITOR_AND_DAY = 1;

/** Assumed: how unequal people are, and posts; sigmas of logarithms. Most posts get nothing, a few very much. */
const SPREAD = { people: 1, posts: 1.3 };
/** However well liked: nobody does it each time. */
const MAX_CHANCE = { like: 0.9, comment: 0.5 };
const LEVEL_BITS = 24;
const LEVELS = 256;

/**
 * What people do to a post that they read. The chance is the person's own times the post's: both are hashes of
 * their names, so any number of generators decide alike, and nothing is kept.
 */
export interface Reactions {
  /** Whether the person likes this post: the same whenever they see it. `post`: 32 bits that name it. */
  likes(person: number, post: number): boolean;
  /** Whether they comment on it in this session, 32 bits that name it. */
  comments(person: number, post: number, session: number): boolean;
}

/** Over all that visitors read, the means are those above. */
export function createReactions(seed: number): Reactions {
  const people = levelsOf(SPREAD.people);
  const posts = levelsOf(SPREAD.posts);
  const like = factorFor(LIKES_A_VISITOR_AND_DAY, MAX_CHANCE.like, people, posts);
  const comment = factorFor(COMMENTS_A_VISITOR_AND_DAY, MAX_CHANCE.comment, people, posts);
  const [personKey, postKey, likeKey, commentKey] = [61, 62, 63, 64].map((use) => keyOf(seed, use));
  /** The same for both kinds: who likes much comments much, and what is liked is commented on. */
  const levelOf = (person: number, post: number) =>
    people[mix(person ^ personKey) >>> LEVEL_BITS] * posts[mix(post ^ postKey) >>> LEVEL_BITS];
  return {
    likes: (person, post) =>
      unit(keyOf(keyOf(likeKey, person), post)) <
      Math.min(like * levelOf(person, post), MAX_CHANCE.like),
    comments: (person, post, session) =>
      unit(keyOf(keyOf(keyOf(commentKey, person), post), session)) <
      Math.min(comment * levelOf(person, post), MAX_CHANCE.comment),
  };
}

/** Of mean 1. */
function levelsOf(spread: number): Float64Array {
  const table = lognormalTable(1, spread);
  const levels = Float64Array.from({ length: LEVELS }, (_, i) => table.at(i << LEVEL_BITS));
  const mean = levels.reduce((sum, level) => sum + level, 0) / LEVELS;
  return levels.map((level) => level / mean);
}

/** What the levels are multiplied with, so that the mean chance is that of so many a day. */
function factorFor(
  aDay: number,
  maxChance: number,
  people: Float64Array,
  posts: Float64Array,
): number {
  return solve(aDay / READS_A_VISITOR_AND_DAY, 0, 1, (factor) => {
    let sum = 0;
    for (const person of people) {
      for (const post of posts) sum += Math.min(factor * person * post, maxChance);
    }
    return sum / (people.length * posts.length);
  });
}
