import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { connectTimelines } from "../../services/gateway/adapters/sharded-timelines.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { MeshPorts } from "../mesh/services.ts";
import { untilAnswered } from "../mesh/until-answered.ts";

/** People of the small world, with ids from 1. Everyone knows 1, and their neighbours on a circle. */
const PEOPLE = 24;
const NEIGHBOURS = 4;
/** On CQL the shards find their owners in the first seconds after a start. */
const UNTIL_OWNED = { passing: ["UNAVAILABLE"], maxTries: 100, waitMs: 100 };
const GREETINGS = [
  "Hello from the new place!",
  "Coffee on the roof at ten?",
  "Läuft. 42 Kilometer, und kein Schritt mehr.",
  "今日は富士山がよく見える。",
  "Found your umbrella, 1.",
  "Who else saw the northern lights? 🌌",
];

export interface World {
  readonly people: number;
  readonly friendships: number;
  readonly posts: number;
}

/** The friendships of the small world, each once. */
export function friendships(
  people: number,
  neighbours: number,
): readonly (readonly [number, number])[] {
  const pairs = new Map<string, readonly [number, number]>();
  const add = (a: number, b: number) => {
    if (a !== b) pairs.set(`${Math.min(a, b)}-${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)]);
  };
  for (let user = 2; user <= people; user++) {
    add(1, user);
    for (let step = 1; step <= neighbours / 2; step++)
      add(user, 2 + ((user - 2 + step) % (people - 1)));
  }
  return [...pairs.values()];
}

/** Fills an empty mesh with the small world, through its API; undefined when people are there already. */
export async function makeWorld(
  ports: MeshPorts,
  { host, credentials }: Pick<Mesh, "host" | "credentials">,
  log: Logger,
): Promise<World | undefined> {
  const options = { log, credentials, defaultDeadlineMs: 10_000 };
  const [friendChannel, postChannel] = (["friend", "post"] as const).map((to) =>
    connect(`${host}:${ports[to]}`, { ...options, to }),
  );
  const timelines = connectTimelines(
    ports.timeline.map((port) => `${host}:${port}`),
    { ...options, to: "timeline" },
  );
  try {
    const friends = createClient(FriendServiceService, friendChannel);
    const posts = createClient(PostServiceService, postChannel);
    const { friendCounts } = await friends.countFriends({ userIds: [1n] });
    if ((friendCounts[0] ?? 0) > 0) return undefined;

    const pairs = friendships(PEOPLE, NEIGHBOURS);
    await Promise.all(
      pairs.map(([a, b]) => friends.addFriend({ userId: BigInt(a), friendId: BigInt(b) })),
    );
    // They have been reading: only who reads is active and gets deliveries.
    const everyone = Array.from({ length: PEOPLE }, (_, i) => BigInt(i + 1));
    await Promise.all(
      everyone.map((viewerId) =>
        untilAnswered(
          () => timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId })),
          UNTIL_OWNED,
        ),
      ),
    );
    await Promise.all(
      GREETINGS.map((text, i) =>
        posts.createPost(CreatePostRequest.fromPartial({ authorId: BigInt(i + 2), text })),
      ),
    );
    return { people: PEOPLE, friendships: pairs.length, posts: GREETINGS.length };
  } finally {
    timelines[Symbol.dispose]();
    friendChannel.close();
    postChannel.close();
  }
}
