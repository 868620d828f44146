import { measureDeliveries } from "../../population/measure/deliveries.ts";
import { groupDegrees } from "../../population/people/activity.ts";
import type { Population } from "../../population/population.ts";

/** Who posts go to. */
export interface PostAudience {
  /** Friends of the authors of posts, and the share of posts by such authors. */
  readonly authors: readonly { readonly friends: number; readonly share: number }[];
  /** The active among a post's friends: entries of theirs are stored, the others' dropped. */
  readonly activeShare: number;
}

const SAMPLED = 4_000;

/** Degrees in some hundred groups, by how often people of the group post; who is active, from a sample. */
export function postAudienceOf(population: Population): PostAudience {
  const { rows, audience } = population;
  const groups = groupDegrees(rows).map(({ degree, people }) => ({
    friends: Math.round(degree),
    posts: people * audience.expectedPostsADay(degree),
  }));
  const posts = groups.reduce((sum, group) => sum + group.posts, 0);
  const { toAllFriends, toActiveFriends } = measureDeliveries(population, SAMPLED);
  return {
    authors: groups.map((group) => ({ friends: group.friends, share: group.posts / posts })),
    activeShare: toActiveFriends / toAllFriends,
  };
}

/** Mean over posts of the friends of their authors. */
export function friendsPerPost({ authors }: Pick<PostAudience, "authors">): number {
  return authors.reduce((sum, { friends, share }) => sum + friends * share, 0);
}

/** Owners that have any of a post's viewers, on average over posts. */
export function ownersPerPost({ authors }: Pick<PostAudience, "authors">, owners: number): number {
  return authors.reduce(
    (sum, { friends, share }) => sum + share * ownersTouched(friends, owners),
    0,
  );
}

/** Owners that have any of `viewers` viewers thrown over `owners` at random. */
export function ownersTouched(viewers: number, owners: number): number {
  return owners * (1 - (1 - 1 / owners) ** viewers);
}
