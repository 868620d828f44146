import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { makePostId } from "../../services/model/ids.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { BenchMesh } from "./bench-mesh.ts";
import { inFlight } from "./in-flight.ts";

/** People on a circle: everyone knows as many before as after them, has read, and has a full ring. */
export interface Circle {
  readonly people: number;
  readonly friendsEach: number;
  readonly ringEntries: number;
}

/** What a mesh must be told for it. */
export function circleEnv({ ringEntries }: Circle): Readonly<Record<string, string>> {
  return { TIDINGS_TIMELINE_RING_ENTRIES: String(ringEntries) };
}

const POSTS_PER_CALL = 10;
/** More posts than a ring holds, so that every ring was trimmed. */
const TRIMMED = 50;

/** Person 1 to `people`, round and round. */
export function personAt(index: number, people: number): bigint {
  return BigInt((index % people) + 1);
}

export function clientsOf(mesh: BenchMesh) {
  const options = { log: createLogger("bench", "warn"), defaultDeadlineMs: 60_000 };
  const channels = (["friend", "timeline", "post"] as const).map((name) =>
    connect(mesh.address(name), { ...options, maxMessageBytes: 4 * 2 ** 20 }),
  );
  const [friend, timeline, post] = channels;
  return {
    friends: createClient(FriendServiceService, friend),
    timelines: createClient(TimelineServiceService, timeline),
    posts: createClient(PostServiceService, post),
    close: () => {
      for (const channel of channels) channel.close();
    },
  };
}

export async function makeCircle(mesh: BenchMesh, circle: Circle): Promise<void> {
  const { people, friendsEach, ringEntries } = circle;
  const { friends, timelines, close } = clientsOf(mesh);
  const everyone = Array.from({ length: people }, (_, i) => personAt(i, people));
  await inFlight(
    everyone.flatMap((userId, i) =>
      Array.from(
        { length: friendsEach / 2 },
        (_, step) => () => friends.addFriend({ userId, friendId: personAt(i + step + 1, people) }),
      ),
    ),
  );
  await inFlight(
    everyone.map(
      (viewerId) => () => timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId })),
    ),
  );
  const beganMs = Date.now() - 86_400_000;
  for (let post = 0; post < ringEntries + TRIMMED; post += POSTS_PER_CALL) {
    const appends = Array.from({ length: POSTS_PER_CALL }, (_, i) => ({
      postId: makePostId(beganMs + post + i, 1, 0),
      authorId: personAt(post + i, people),
      deleted: false,
      viewerIds: everyone,
      createTimeMs: BigInt(beganMs),
      requestId: "",
    }));
    await timelines.appendEntries({ appends });
  }
  close();
}
