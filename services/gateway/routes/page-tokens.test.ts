import { afterAll, beforeAll, expect, it } from "vitest";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest();
  const { friend, post } = test.services.scripts;
  friend.listFriends = async function* () {
    yield { friendCount: 2, friendIds: [5n, 7n], changedIds: [] };
  };
  friend.listFriendRequests = async () => ({
    requests: [{ userId: 5n, createTimeMs: 1n }],
    nextUserId: 7n,
  });
  friend.listBlocks = async () => ({
    blocks: [{ userId: 5n, createTimeMs: 1n }],
    nextUserId: 7n,
  });
  friend.batchCheckFriends = async ({ otherIds }) => ({ areFriends: otherIds.map(() => true) });
  post.listAuthorPosts = async () => ({
    posts: [{ postId: 7n, authorId: 1n, deleted: false }],
    completeFromPostId: 7n,
  });
  post.batchGetPosts = async () => ({ results: [] });
});
afterAll(() => test[Symbol.asyncDispose]());

/** Every list here, and for one of them what else it can be of. */
const LISTS = [
  "/v1/friends?limit=1",
  "/v1/friends/requests?direction=in&limit=1",
  "/v1/friends/requests?direction=out&limit=1",
  "/v1/blocks?limit=1",
  "/v1/posts?limit=1",
  "/v1/posts?author_id=2&limit=1",
];

it("takes a page token only for the list that gave it, and for whom", async () => {
  const tokens = new Map<string, string>();
  for (const url of LISTS) {
    const { next_page_token: token } = (await test.ask({ url, userId: 1n })).body;
    expect(token, url).toEqual(expect.any(String));
    tokens.set(url, token);
  }
  const read = (url: string, token: string, userId = 1n) =>
    test.ask({ url: `${url}&page_token=${token}`, userId });
  for (const url of LISTS) {
    for (const [of, token] of tokens) {
      const { status, body } = await read(url, token);
      expect(status, `${url} with the token of ${of}`).toBe(of === url ? 200 : 400);
      if (of !== url) expect(body.detail).toContain("page_token");
    }
    const own = tokens.get(url) ?? "";
    for (const wrong of ["7", "nonsense", `${own}0`, `1${own}`]) {
      expect((await read(url, wrong)).status, `${url} with ${wrong}`).toBe(400);
    }
    expect((await read(url, own, 3n)).status, `${url} for somebody else`).toBe(400);
  }
});
