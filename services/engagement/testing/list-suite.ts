import { expect, it } from "vitest";
import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { reactionCalls } from "./reaction-calls.ts";

/** What holds for whatever lists reactions; `engagement` is the client of the moment. */
export function listSuite(
  engagement: () => Client<typeof EngagementServiceService>,
  newPost: () => bigint,
): void {
  const { like, comment, shown, texts } = reactionCalls(engagement);

  it("takes a page token for the list that gave it, and nothing else for one", async () => {
    const [post, other] = [newPost(), newPost()];
    for (const person of [1n, 2n, 3n]) {
      await like(person, post);
      await comment(person, post, "one of three");
    }
    const asked = { viewerId: 1n, postId: post, limit: 1, pageToken: "" };
    const { listLikes, listComments, listReactionsToErase } = engagement();
    const lists = [
      listLikes,
      ({ ...page }: typeof asked) => listComments({ ...page, parentId: 0n }),
      ({ ...page }: typeof asked) =>
        listReactionsToErase({ ...page, userId: 0n, postIds: [page.postId] }),
    ];
    const tokens = await Promise.all(lists.map(async (list) => (await list(asked)).nextPageToken));
    for (const [i, list] of lists.entries()) {
      const others = tokens.filter((_, j) => j !== i);
      for (const pageToken of ["garbage", "x", "1", "..", "like.0.x", ...others]) {
        await expect(list({ ...asked, pageToken }), pageToken).rejects.toMatchObject({
          code: "INVALID_ARGUMENT",
        });
      }
      const elsewhere = { ...asked, postId: other, pageToken: tokens[i] };
      await expect(list(elsewhere)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(list({ ...asked, pageToken: tokens[i] })).resolves.toBeDefined();
    }
  });

  it("shows no reaction of a person to somebody whom a block hides from them", async () => {
    const post = newPost();
    const [one, other] = [900_000n, 1n];
    await like(one, post);
    await like(2n, post);
    await comment(one, post, "unseen");
    await comment(2n, post, "seen");
    const listed = { postId: post, limit: 0, pageToken: "" };
    const likes = await engagement().listLikes({ ...listed, viewerId: other });
    expect(likes.userIds).toEqual([2n]);
    expect(await texts(post, 10)).toEqual(["seen"]);
    const newestFor = async (viewer: bigint) =>
      (await shown(post, viewer)).newestComments.map(({ text }) => text);
    expect(await newestFor(other)).toEqual(["seen"]);
    expect(await newestFor(3n)).toEqual(["seen", "unseen"]);
    expect((await shown(post, other)).commentCount).toBe(2n);
  });
}
