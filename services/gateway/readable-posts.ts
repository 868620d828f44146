import type { PostResult } from "#gen/post/v1/post.ts";
import type { Entry } from "#gen/timeline/v1/timeline.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { authorsToCheck, permittedResults } from "./domain/permitted-posts.ts";
import type { CallContext, Friends, Posts } from "./ports.ts";

/** Posts by id as the viewer may read them, in the order of the ids (rule 5.6). Up to 200. */
export async function readablePosts(
  services: { readonly posts: Posts; readonly friends: Friends },
  viewer: bigint,
  postIds: bigint[],
  call: CallContext,
): Promise<PostResult[]> {
  const { results } = await services.posts.batchGetPosts({ postIds }, call);
  const authors = authorsToCheck(viewer, results);
  const friends = await friendsAmong(services.friends, viewer, authors, call);
  return permittedResults(viewer, friends, results);
}

/** Of these people, the viewer's friends. */
export async function friendsAmong(
  friends: Pick<Friends, "batchCheckFriends">,
  viewer: bigint,
  otherIds: bigint[],
  call: CallContext,
): Promise<Set<bigint>> {
  if (otherIds.length === 0) return new Set();
  const { areFriends } = await friends.batchCheckFriends({ userId: viewer, otherIds }, call);
  return new Set(otherIds.filter((_, index) => areFriends[index]));
}

/** The posts of entries of the viewer's own page, which need no check; undefined when not answered. */
export async function postsOfEntries(
  posts: Posts,
  entries: readonly Entry[],
  call: CallContext,
  log: Logger,
): Promise<readonly PostResult[] | undefined> {
  try {
    const { results } = await posts.batchGetPosts(
      { postIds: entries.map(({ postId }) => postId) },
      call,
    );
    return results;
  } catch (error) {
    log.warn({ err: error, requestId: call.requestId }, "a page goes out without its posts");
    return undefined;
  }
}
