import { type PostResult, PostStatus } from "#gen/post/v1/post.ts";

/** The author of a post whose author was erased. */
const NOBODY = 0n;

/**
 * The authors whose friendship must be checked before the viewer may read these posts by id
 * (rule 5.6): each once, without the viewer. Nobody is no friend, and no id to ask for.
 */
export function authorsToCheck(viewer: bigint, results: readonly PostResult[]): bigint[] {
  const authors = new Set<bigint>();
  for (const { post } of results) {
    const author = post?.authorId ?? NOBODY;
    if (author !== NOBODY && author !== viewer) authors.add(author);
  }
  return [...authors];
}

/**
 * The results as the viewer may see them. What is not permitted looks like what does not exist, and
 * so does a deleted post whose author is not known: a stranger must not learn that it was there.
 */
export function permittedResults(
  viewer: bigint,
  friends: ReadonlySet<bigint>,
  results: readonly PostResult[],
): PostResult[] {
  return results.map((result) => {
    const author = result.post?.authorId;
    const isPermitted = author !== undefined && (author === viewer || friends.has(author));
    if (isPermitted) return result;
    return { postId: result.postId, status: PostStatus.UNKNOWN, post: undefined };
  });
}
