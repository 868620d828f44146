import { expect } from "vitest";
import { CreatePostRequest, type PostServiceService } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { shardOf } from "../../../services/model/shards.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import { untilAnswered } from "../../../tools/mesh/until-answered.ts";
import { strictlyFalls, wholeScroll } from "../../../tools/timeline/whole-scroll.ts";
import type { TestMesh, TimelineClient } from "./mesh.ts";

/** Everybody is a friend of everybody. */
export async function befriendAll(mesh: TestMesh, people: readonly bigint[]): Promise<void> {
  const pairs = people.flatMap((a, i) => people.slice(i + 1).map((b) => [a, b] as const));
  await Promise.all(
    pairs.map(([userId, friendId]) => mesh.friends.addFriend({ userId, friendId })),
  );
}

/** A first read makes a person active. */
export async function readOnce(mesh: TestMesh, people: readonly bigint[]): Promise<void> {
  await Promise.all(
    people.map((viewerId) =>
      timelineOf(mesh, viewerId).getTimeline(GetTimelineRequest.fromPartial({ viewerId })),
    ),
  );
}

/** The timeline of a viewer at its owner, whoever that is now; waits while the shard has none. */
export function timelineOf(mesh: TestMesh, viewer: bigint): Pick<TimelineClient, "getTimeline"> {
  return {
    getTimeline: (request) =>
      untilAnswered(
        () =>
          mesh.router.call(shardOf(viewer), (timeline) =>
            timeline.getTimeline(request, { deadlineMs: Date.now() + TRY_MS }),
          ),
        PATIENCE,
      ),
  };
}

/**
 * Every viewer's full scroll strictly falls and holds these posts of others: all of them and nothing
 * else, or ("contains") at least them.
 */
export async function everyoneSees(
  mesh: TestMesh,
  viewers: readonly bigint[],
  posts: readonly Acknowledged[],
  how: "equals" | "contains" = "equals",
): Promise<void> {
  for (const viewer of viewers) {
    const { postIds } = await wholeScroll(timelineOf(mesh, viewer), viewer);
    const expected = posts
      .filter(({ authorId }) => authorId !== viewer)
      .map(({ postId }) => postId)
      .sort((a, b) => (a < b ? 1 : -1));
    expect(strictlyFalls(postIds)).toBe(true);
    if (how === "equals") expect(postIds).toEqual(expected);
    else expect(postIds).toEqual(expect.arrayContaining(expected));
  }
}

export interface Acknowledged {
  readonly authorId: bigint;
  readonly postId: bigint;
}

/** As an app would: again and again, but not at once. */
const PATIENCE = {
  passing: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
  maxTries: 1_000,
  waitMs: 30,
};
const TRY_MS = 10_000;

/**
 * Posts as an app would while services die and come back: again, with the same request id, until it
 * is acknowledged.
 */
export async function postUntilAcknowledged(
  posts: Client<typeof PostServiceService>,
  authorId: bigint,
  text: string,
  requestId: string,
): Promise<Acknowledged> {
  const request = CreatePostRequest.fromPartial({ authorId, text, requestId });
  const { postId } = await untilAnswered(
    () => posts.createPost(request, { deadlineMs: Date.now() + TRY_MS }),
    PATIENCE,
  );
  return { authorId, postId };
}

/** Everybody posts, side by side; `onAcknowledged` sees how many are done. */
export async function everybodyPosts({
  mesh,
  people,
  postsEach,
  round,
  onAcknowledged = () => {},
}: {
  readonly mesh: TestMesh;
  readonly people: readonly bigint[];
  readonly postsEach: number;
  readonly round: string;
  readonly onAcknowledged?: (count: number) => void;
}): Promise<readonly Acknowledged[]> {
  let count = 0;
  const rounds = people.map(async (author) => {
    const acknowledged: Acknowledged[] = [];
    for (let i = 0; i < postsEach; i++) {
      const id = `${round}-${author}-${i}`;
      acknowledged.push(await postUntilAcknowledged(mesh.posts, author, `post ${id}`, id));
      onAcknowledged(++count);
    }
    return acknowledged;
  });
  return (await Promise.all(rounds)).flat();
}
