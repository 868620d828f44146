import { describe, expect, it } from "vitest";
import { READS_A_VISITOR_AND_DAY } from "./activity.ts";
import {
  COMMENTS_A_VISITOR_AND_DAY,
  createReactions,
  LIKES_A_VISITOR_AND_DAY,
} from "./reactions.ts";

const PEOPLE = 2_000;
const POSTS = 500;
const reactions = createReactions(7);
const people = Array.from({ length: PEOPLE }, (_, i) => i + 1);
const posts = Array.from({ length: POSTS }, (_, i) => 1_000_003 * i);

/** By post: how many of the people. */
function counted(does: (person: number, post: number) => boolean): number[] {
  return posts.map((post) => people.filter((person) => does(person, post)).length);
}

describe("reactions", () => {
  it("come as often as is published, on average of all that is read", () => {
    const likes = counted(reactions.likes).reduce((a, b) => a + b, 0) / (PEOPLE * POSTS);
    const comments =
      counted((person, post) => reactions.comments(person, post, 5)).reduce((a, b) => a + b, 0) /
      (PEOPLE * POSTS);
    // 500 posts of sigma 1.3 have a mean within 10% of all posts' in two of three worlds.
    expect(likes * READS_A_VISITOR_AND_DAY).toBeGreaterThan(0.7 * LIKES_A_VISITOR_AND_DAY);
    expect(likes * READS_A_VISITOR_AND_DAY).toBeLessThan(1.4 * LIKES_A_VISITOR_AND_DAY);
    expect(comments * READS_A_VISITOR_AND_DAY).toBeGreaterThan(0.7 * COMMENTS_A_VISITOR_AND_DAY);
    expect(comments * READS_A_VISITOR_AND_DAY).toBeLessThan(1.4 * COMMENTS_A_VISITOR_AND_DAY);
  });

  it("are heavy-tailed: a tenth of the posts has more than a third of the likes", () => {
    const likes = counted(reactions.likes).sort((a, b) => b - a);
    const sum = (some: readonly number[]) => some.reduce((a, b) => a + b, 0);
    expect(sum(likes.slice(0, POSTS / 10))).toBeGreaterThan(sum(likes) / 3);
  });

  it("are a person's own, the same whenever a like is decided, anew in each session for comments", () => {
    const again = createReactions(7);
    const other = createReactions(8);
    let [same, differing, sessions] = [0, 0, 0];
    for (const person of people.slice(0, 200)) {
      for (const post of posts.slice(0, 50)) {
        const likes = reactions.likes(person, post);
        if (likes === again.likes(person, post)) same++;
        if (likes !== other.likes(person, post)) differing++;
        if (reactions.comments(person, post, 1) !== reactions.comments(person, post, 2)) sessions++;
      }
    }
    expect(same).toBe(10_000);
    expect(differing).toBeGreaterThan(100);
    expect(sessions).toBeGreaterThan(10);
  });
});
