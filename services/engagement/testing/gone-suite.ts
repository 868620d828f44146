import { expect, it } from "vitest";
import { type EngagementServiceService, PersonState } from "#gen/engagement/v1/engagement.ts";
import { present } from "../../model/invariant.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { reactionCalls } from "./reaction-calls.ts";

/** What becomes of the reactions of people who are hidden or erased; `engagement` is the client of the moment. */
export function goneSuite(
  engagement: () => Client<typeof EngagementServiceService>,
  newPost: () => bigint,
): void {
  const { like, comment, shown, likers, texts } = reactionCalls(engagement);
  const become = (userId: bigint, state: PersonState, change = 0n) =>
    engagement().setPersonState({ userId, state, change });

  it("take their reactions along when hidden, and come back with them exactly", async () => {
    const [post, other] = [newPost(), newPost()];
    await Promise.all([like(3_020n, post), like(3_021n, post), like(3_020n, other)]);
    await comment(3_020n, post, "gone soon");
    await comment(3_021n, post, "stays");
    const before = await shown(post, 3_020n, 5);
    await become(3_020n, PersonState.HIDDEN);
    expect(await shown(post, 3_020n, 5)).toMatchObject({ likeCount: 1n, commentCount: 1n });
    expect(await likers(post, 10)).toEqual([3_021n]);
    expect(await texts(post, 5)).toEqual(["stays"]);
    expect((await shown(other)).likeCount).toBe(0n);
    const refused = { code: "FAILED_PRECONDITION" };
    await expect(like(3_020n, other)).rejects.toMatchObject(refused);
    const { commentId } = present(
      before.newestComments.find(({ authorId }) => authorId === 3_020n),
    );
    const forGood = engagement().deleteComment({ userId: 3_020n, postId: post, commentId });
    await expect(forGood).rejects.toMatchObject(refused);
    await become(3_020n, PersonState.HIDDEN);
    await become(3_020n, PersonState.VISIBLE);
    expect(await shown(post, 3_020n, 5)).toEqual(before);
    expect((await shown(other)).likeCount).toBe(1n);
  });

  it("keep to the last that was said of them, also when what was said before comes late", async () => {
    const post = newPost();
    await like(3_040n, post);
    await comment(3_040n, post, "here");
    const before = await shown(post, 3_040n, 5);
    expect(await become(3_040n, PersonState.HIDDEN, 1n)).toEqual({ change: 1n });
    expect(await become(3_040n, PersonState.VISIBLE, 2n)).toEqual({ change: 2n });
    expect(await become(3_040n, PersonState.HIDDEN, 1n)).toEqual({ change: 2n });
    expect(await shown(post, 3_040n, 5)).toEqual(before);
    await like(3_040n, newPost());
    const both = [become(3_040n, PersonState.HIDDEN, 3n), become(3_040n, PersonState.VISIBLE, 4n)];
    expect((await Promise.all(both)).map(({ change }) => change).at(-1)).toBe(4n);
    expect(await shown(post, 3_040n, 5)).toEqual(before);
  });

  it("are erased with all they left, and so is all on a post", async () => {
    const post = newPost();
    await Promise.all([like(3_030n, post), like(3_031n, post)]);
    await comment(3_030n, post, "text of 30");
    await become(3_030n, PersonState.HIDDEN);
    const list = (userId: bigint) =>
      engagement().listReactionsToErase({ userId, postIds: [], limit: 0, pageToken: "" });
    const mine = await list(3_030n);
    expect(mine.reactions).toHaveLength(2);
    await engagement().eraseReactions({ reactions: mine.reactions });
    await become(3_030n, PersonState.ERASED);
    expect((await list(3_030n)).reactions).toEqual([]);
    await expect(like(3_030n, post)).rejects.toMatchObject({ code: "FAILED_PRECONDITION" });
    const rest: unknown[] = [];
    const postIds = [newPost(), post];
    for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
      const asked = { userId: 0n, postIds, limit: 1, pageToken };
      const page = await engagement().listReactionsToErase(asked);
      rest.push(...page.reactions);
      pageToken = page.nextPageToken;
    }
    expect(rest).toEqual([{ userId: 3_031n, postId: post, commentId: 0n }]);
  });
}
