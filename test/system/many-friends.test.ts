import { afterAll, beforeAll, expect, test } from "vitest";
import { ListFriendsRequest } from "#gen/friend/v1/friend.ts";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { MAX_BATCH_ADD_FRIENDS, MAX_FRIENDS_PER_CHUNK } from "../../services/model/limits.ts";
import { wholeScroll } from "../../tools/timeline/whole-scroll.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { readOnce, timelineOf } from "../support/mesh/people.ts";

/** More than fits into two messages of a list, and than are pushed to, or kept a ring for. */
const STAR = 1n;
const FRIENDS = 2 * MAX_FRIENDS_PER_CHUNK + 500;
const EVERYONE = Array.from({ length: FRIENDS }, (_, i) => STAR + BigInt(i + 1));
/** The first and the last, and from each message of the list. */
const SOME = [0, 1, 4_999, 5_000, 7_777, 9_999, 10_000, FRIENDS - 1].map((i) => EVERYONE[i]);
/** More than one whole scroll of the rings. */
const POSTS_EACH = 12;

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startTestMesh({
    timelines: 2,
    env: { TIDINGS_POPULAR_FRIENDS: "10000", TIDINGS_PULL_ONLY_FRIENDS: "10000" },
  });
  for (let first = 0; first < FRIENDS; first += MAX_BATCH_ADD_FRIENDS) {
    const some = EVERYONE.slice(first, first + MAX_BATCH_ADD_FRIENDS);
    const pairs = some.map((friendId) => ({ userId: STAR, friendId }));
    const { results } = await mesh.friends.batchAddFriends({ pairs });
    expect(results.filter(({ refusal }) => refusal !== "")).toEqual([]);
  }
  await readOnce(mesh, SOME);
  await mesh.settle();
}, 120_000);
afterAll(() => mesh?.end());

const newestFirst = (ids: readonly bigint[]) => [...ids].sort((a, b) => (a > b ? -1 : 1));

async function post(authorId: bigint): Promise<bigint> {
  const request = CreatePostRequest.fromPartial({ authorId, text: `from ${authorId}` });
  return (await mesh.posts.createPost(request)).postId;
}

test("the list is streamed, ascending and whole, with its count in the first message", async () => {
  const messages = await Array.fromAsync(
    mesh.friends.listFriends(ListFriendsRequest.fromPartial({ userId: STAR })),
  );
  expect(messages.flatMap(({ friendIds }) => friendIds)).toEqual(EVERYONE);
  expect(messages.length).toBeGreaterThan(2);
  expect(messages.map(({ friendCount }) => friendCount)).toEqual([
    FRIENDS,
    ...messages.slice(1).map(() => 0),
  ]);
});

test("each friend reads the post, and who has so many friends reads all of theirs", async () => {
  const ofStar = [await post(STAR), await post(STAR)];
  const ofFriends: bigint[] = [];
  for (let i = 0; i < POSTS_EACH; i++)
    for (const friend of SOME) ofFriends.push(await post(friend));
  await mesh.settle();
  for (const friend of SOME) {
    const { postIds } = await wholeScroll(timelineOf(mesh, friend), friend);
    expect(postIds).toEqual(newestFirst(ofStar));
  }
  const { postIds } = await wholeScroll(timelineOf(mesh, STAR), STAR, { limit: 20 });
  expect(postIds).toEqual(newestFirst(ofFriends));
});
