import { firstPostIdAt, makePostId, POST_EPOCH_MS, userIdOf } from "../../../services/model/ids.ts";
import { seededRandom } from "../../../services/platform/storage/log/testing/random.ts";
import { importPosts } from "../../../services/post/adapters/lmdb/import-posts.ts";
import type { PastPost } from "../../../services/post/domain/past-posts.ts";

export const DAY_MS = 86_400_000;
/** Nobody else stamps ids of the past (see the toolkit's past-posts.ts). */
const PAST_NODE = 1_023;

/** How somebody posts: so many posts a day, between so many days ago. */
export interface Habit {
  readonly author: bigint;
  readonly postsADay: number;
  readonly fromDaysAgo: number;
  readonly toDaysAgo: number;
}

/** What these people posted, at random times, oldest first. */
export function yearsOfPosts(habits: readonly Habit[], nowMs: number, seed: number): PastPost[] {
  const random = seededRandom(seed);
  const times = habits.flatMap(({ author, postsADay, fromDaysAgo, toDaysAgo }) => {
    const count = Math.round(postsADay * (fromDaysAgo - toDaysAgo));
    return Array.from({ length: count }, () => {
      const daysAgo = toDaysAgo + random() * (fromDaysAgo - toDaysAgo);
      return { author, timeMs: Math.floor(nowMs - daysAgo * DAY_MS) };
    });
  });
  times.sort((a, b) => a.timeMs - b.timeMs);
  return times
    .filter(({ timeMs }) => timeMs >= POST_EPOCH_MS)
    .map(({ author, timeMs }, i) => {
      const postId = makePostId(timeMs, PAST_NODE, i % 4_096);
      return { postId, authorId: userIdOf(author), text: Buffer.from(textOf(postId)) };
    });
}

export function textOf(postId: bigint): string {
  return `post ${postId}`;
}

/** Into the folder of a mesh that does not run. */
export async function storePosts(dataDir: string, posts: readonly PastPost[]): Promise<void> {
  const byAuthor = posts.toSorted((a, b) =>
    a.authorId === b.authorId ? compare(a.postId, b.postId) : compare(a.authorId, b.authorId),
  );
  const onWritten = () => {};
  await importPosts(`${dataDir}/post`, posts, byAuthor, { onWritten, logKeptMs: undefined });
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}

/** Ids that these friends' timeline must show from this time on, newest first. */
export function visible(
  posts: readonly { readonly postId: bigint; readonly authorId: bigint }[],
  friends: ReadonlySet<bigint>,
  fromMs: number,
): bigint[] {
  const bound = firstPostIdAt(fromMs);
  return posts
    .filter(({ postId, authorId }) => postId >= bound && friends.has(authorId))
    .map(({ postId }) => postId)
    .sort((a, b) => (a > b ? -1 : 1));
}
