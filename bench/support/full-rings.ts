import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import {
  AppendEntriesRequest,
  GetTimelineRequest,
  TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import { makePostId } from "../../services/model/ids.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { BenchMesh } from "./bench-mesh.ts";
import { inFlight } from "./in-flight.ts";

/** A world in which every page costs what it costs in production: full, trimmed, filtered, deleted. */
export interface World {
  readonly viewers: readonly bigint[];
  readonly friendsEach: number;
  /** Posts sent to timelines; twice what a ring holds, so that every ring was trimmed. */
  readonly posts: number;
}

const AUTHORS = 400;
const FIRST_AUTHOR = 1_000_000n;
const POSTS_PER_CALL = 10;
/** Every tenth entry is of someone who is no friend any more; every fiftieth post is deleted. */
const STRANGER_EVERY = 10;
const DELETED_EVERY = 50;

/** Makes the friendships, reads once as everyone, and appends until all rings were trimmed. */
export async function fillRings(mesh: BenchMesh, world: World): Promise<void> {
  const options = { log: createLogger("bench", "warn"), defaultDeadlineMs: 60_000 };
  const channels = [
    connect(mesh.address("friend"), options),
    connect(mesh.address("timeline"), { ...options, maxMessageBytes: 4 * 2 ** 20 }),
  ] as const;
  const friends = createClient(FriendServiceService, channels[0]);
  const timelines = createClient(TimelineServiceService, channels[1]);
  const friendshipsOf = (index: number) =>
    Array.from({ length: world.friendsEach }, (_, i) => authorOf(index + i));
  await inFlight(
    world.viewers.flatMap((userId, index) =>
      friendshipsOf(index).map((friendId) => () => friends.addFriend({ userId, friendId })),
    ),
  );
  await inFlight(
    world.viewers.map(
      (viewerId) => () => timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId })),
    ),
  );
  const nowMs = Date.now();
  const appends = Array.from({ length: world.posts }, (_, post) => ({
    postId: makePostId(nowMs - world.posts + post, 1, 0),
    authorId: authorOf(post),
    deleted: post % DELETED_EVERY === 0,
    viewerIds: world.viewers.filter(
      (_, index) =>
        isFriend(index, post, world.friendsEach) || (index + post) % STRANGER_EVERY === 0,
    ),
    createTimeMs: BigInt(nowMs),
    requestId: "",
  }));
  const calls = Array.from({ length: world.posts / POSTS_PER_CALL }, (_, i) =>
    AppendEntriesRequest.create({
      appends: appends.slice(i * POSTS_PER_CALL, (i + 1) * POSTS_PER_CALL),
    }),
  );
  await inFlight(
    calls.map((request) => () => timelines.appendEntries(request)),
    4,
  );
  for (const channel of channels) channel.close();
}

function authorOf(index: number): bigint {
  return FIRST_AUTHOR + BigInt(index % AUTHORS);
}

function isFriend(viewerIndex: number, post: number, friendsEach: number): boolean {
  return (((post - viewerIndex) % AUTHORS) + AUTHORS) % AUTHORS < friendsEach;
}
