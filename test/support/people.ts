import { CreatePostRequest, type PostServiceService } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { shardOf } from "../../services/model/shards.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { DomainError } from "../../services/platform/grpc/errors.ts";
import type { TestMesh } from "./mesh.ts";

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

/** The timeline process that owns a viewer on the embedded engines. */
export function timelineOf(mesh: TestMesh, viewer: bigint) {
  return mesh.timelines[shardOf(viewer) % mesh.timelines.length]!;
}

export interface Acknowledged {
  readonly authorId: bigint;
  readonly postId: bigint;
}

/** As an app would: again and again, but not at once. */
const MAX_TRIES = 1_000;
const BACK_OFF_MS = 30;
const TRY_MS = 3_000;

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
  for (let tries = 1; ; tries++) {
    try {
      const request = CreatePostRequest.fromPartial({ authorId, text, requestId });
      const { postId } = await posts.createPost(request, { deadlineMs: Date.now() + TRY_MS });
      return { authorId, postId };
    } catch (error) {
      if (tries >= MAX_TRIES || !isPassing(error)) throw error;
      await systemClock.delay(BACK_OFF_MS);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof DomainError && ["UNAVAILABLE", "DEADLINE_EXCEEDED"].includes(error.code);
}
