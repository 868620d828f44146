import { expect, it } from "vitest";
import {
  AuthorState,
  CreatePostRequest,
  type PostServiceService,
  PostStatus,
} from "#gen/post/v1/post.ts";
import type { Client } from "../../platform/grpc/call.ts";

/** The service, and two people nobody else in the suite writes as. */
interface Started {
  readonly posts: Client<typeof PostServiceService>;
  readonly author: bigint;
  readonly other: bigint;
}

/** What the post service promises to whoever erases a person. */
export function authorErasureSuite(started: () => Started): void {
  it("hides all of an author, shows it again as it was, and erases it for good", async () => {
    const { posts, author, other } = started();
    const draft = (authorId: bigint, text: string) =>
      CreatePostRequest.fromPartial({ authorId, text });
    const statusOf = async (postId: bigint) =>
      (await posts.batchGetPosts({ postIds: [postId] })).results[0].status;
    const { postId } = await posts.createPost(draft(author, "mine"));
    const { postId: anothers } = await posts.createPost(draft(other, "theirs"));
    const listed = async () => {
      const authorIds = [author, other];
      const request = { authorIds, sincePostId: 0n, beforePostId: 0n, limit: 0 };
      return (await posts.listAuthorPosts(request)).posts.map((post) => post.postId);
    };
    const set = (state: AuthorState, change = 0n) =>
      posts.setAuthorState({ authorId: author, state, change });
    expect(await set(AuthorState.HIDDEN)).toEqual({ change: 1n });
    expect(await statusOf(postId)).toBe(PostStatus.DELETED);
    expect(await listed()).toEqual([anothers]);
    await expect(posts.createPost(draft(author, "more"))).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
    });
    expect(await set(AuthorState.VISIBLE, 7n)).toEqual({ change: 7n });
    expect(await set(AuthorState.HIDDEN, 6n)).toEqual({ change: 7n });
    expect(await statusOf(postId)).toBe(PostStatus.FOUND);
    expect(await listed()).toEqual([anothers, postId]);

    expect(await set(AuthorState.ERASED)).toEqual({ change: 8n });
    const request = { authorId: author, beforePostId: 0n, limit: 0 };
    const { postIds } = await posts.listPostsToErase(request);
    expect(postIds).toEqual([postId]);
    await posts.erasePosts({ authorId: author, postIds });
    const { results } = await posts.batchGetPosts({ postIds: [postId] });
    expect(results[0]).toMatchObject({
      status: PostStatus.DELETED,
      post: { authorId: 0n, text: "" },
    });
    expect(await posts.listPostsToErase(request)).toEqual({ postIds: [] });
    const invalid = { code: "INVALID_ARGUMENT" };
    await expect(set(AuthorState.UNSPECIFIED)).rejects.toMatchObject(invalid);
    await expect(set(AuthorState.ERASED, -1n)).rejects.toMatchObject(invalid);
    await expect(set(AuthorState.ERASED, 1_000_001n)).rejects.toMatchObject(invalid);
  });
}
