import { PostStatus } from "#gen/post/v1/post.ts";
import type { PostLocation } from "#gen/timeline/v1/timeline.ts";
import { postTimeMs } from "../../../services/model/ids.ts";
import { shardOf } from "../../../services/model/shards.ts";
import { type letterJson, postOf } from "../../../tools/dead-letters/letter.ts";
import { Attempts } from "../../sources/attempts.ts";
import type { DeadLetters } from "../../sources/dead-letters.ts";
import type { MeshClients } from "../../sources/mesh-clients.ts";
import { readSteps, type StepsByProcess } from "../../sources/post-steps.ts";
import type { ProcessPages } from "../../sources/process-pages.ts";
import { serviceOf } from "../map/map.ts";
import { type OnItsWay, type PlaceName, POST_QUEUE, STATE_NAMES, wordsOf } from "./holders.ts";
import { type Hop, hopsOf, type LifeStep, stepsOf } from "./life.ts";

/** One friend of the author. */
export interface Holder {
  readonly viewer_id: string;
  readonly shard: number;
  /** "": nobody owns the shard now. */
  readonly owner: string;
  readonly timeline: string;
  readonly place: PlaceName;
  readonly has_it: boolean;
  readonly why: string;
}

export interface PostLife {
  readonly post_id: string;
  readonly author_id: string | null;
  readonly state: "found" | "deleted" | "unknown" | "not known now";
  readonly create_time: string;
  readonly text_bytes: number;
  readonly steps: readonly LifeStep[];
  readonly hops: readonly Hop[];
  /** The processes that remember steps, and since when. */
  readonly remembered_since: Readonly<Record<string, string>>;
  readonly dead_letters: readonly ReturnType<typeof letterJson>[];
  readonly friend_count: number;
  readonly holders: readonly Holder[];
  /** Of the friends that follow, from this id on; null: these were the last. */
  readonly next_friend_id: string | null;
  /** What did not answer. */
  readonly problems: readonly string[];
}

export interface PostSources extends Pick<MeshClients, "posts" | "friends" | "timelines"> {
  readonly bus: Pick<MeshClients["bus"], "depths">;
  readonly pages: Pick<ProcessPages, "all">;
  readonly letters: Pick<DeadLetters, "list">;
}

/** Friends on one page. */
const PAGE_FRIENDS = 100;
const WORKER = "fanout";
/** The services that a post goes through, each of which keeps its steps. */
const ON_THE_WAY: ReadonlySet<string> = new Set(["post", WORKER, "timeline"]);
const STATES: Partial<Record<PostStatus, PostLife["state"]>> = {
  [PostStatus.FOUND]: "found",
  [PostStatus.DELETED]: "deleted",
  [PostStatus.UNKNOWN]: "unknown",
};

/** Everything that the mesh knows of a post, and of the author's friends from `fromFriendId` on. */
export async function readPost(
  sources: PostSources,
  postId: bigint,
  fromFriendId: bigint,
): Promise<PostLife> {
  const attempts = new Attempts();
  const [answer, { byProcess, silent }, letters, depths] = await Promise.all([
    attempts.at("posts", sources.posts.batchGetPosts({ postIds: [postId] })),
    readSteps(sources.pages, postId),
    attempts.at(
      "dead letters",
      sources.letters.list((one) => postOf(one)?.postId === postId),
    ),
    attempts.at("queues", sources.bus.depths()),
  ]);
  const result = answer?.results[0];
  const authorId = result?.post?.authorId || undefined;
  const createdMs = postTimeMs(postId);
  const steps = stepsOf(createdMs, byProcess);
  const friends = authorId
    ? await attempts.at("friends", friendsOf(sources, authorId, fromFriendId))
    : undefined;
  const onWay = [...silent].filter(([label]) => ON_THE_WAY.has(serviceOf(label)));
  const state = (result && STATES[result.status]) ?? "not known now";
  const way = {
    isDeleted: state === "deleted",
    letterCount: letters?.length ?? 0,
    steps: new Set([...byProcess.values()].flatMap((one) => one.steps.map(({ step }) => step))),
    silentWorkers: onWay.map(([label]) => label).filter((label) => serviceOf(label) === WORKER),
    queued: depths && queuedIn(depths),
  };
  const asked = { postId, authorId: authorId ?? 0n, viewers: friends?.ids ?? [] };
  const locations = await locationsOf(sources.timelines, asked, attempts);
  return {
    post_id: String(postId),
    author_id: authorId === undefined ? null : String(authorId),
    state,
    create_time: new Date(createdMs).toISOString(),
    text_bytes: Buffer.byteLength(result?.post?.text ?? ""),
    steps,
    hops: hopsOf(steps),
    remembered_since: sinceOf(byProcess),
    dead_letters: letters ?? [],
    friend_count: friends ? friends.count : 0,
    holders: locations.map((one) => holderOf(one, way)),
    next_friend_id: friends?.next === undefined ? null : String(friends.next),
    problems: [
      ...onWay.map(([label, why]) => `${label}: does not answer (${why})`),
      ...attempts.problems,
    ],
  };
}

function queuedIn(depths: Awaited<ReturnType<PostSources["bus"]["depths"]>>): number {
  const own = depths.filter(({ queue }) => queue === POST_QUEUE);
  return own.reduce((sum, { ready, unsettled }) => sum + ready + unsettled, 0);
}

function sinceOf(byProcess: StepsByProcess): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...byProcess].map(([label, { since_ms }]) => [label, new Date(since_ms).toISOString()]),
  );
}

interface FriendPage {
  readonly count: number;
  readonly ids: readonly bigint[];
  readonly next: bigint | undefined;
}

async function friendsOf(
  { friends }: Pick<PostSources, "friends">,
  userId: bigint,
  fromFriendId: bigint,
): Promise<FriendPage> {
  const ids: bigint[] = [];
  let count = 0;
  // One more says whether there are more.
  const request = { userId, fromFriendId, beforeFriendId: 0n, limit: PAGE_FRIENDS + 1 };
  for await (const message of friends.listFriends(request)) {
    count = Math.max(count, message.friendCount);
    ids.push(...message.friendIds);
  }
  return { count, ids: ids.slice(0, PAGE_FRIENDS), next: ids[PAGE_FRIENDS] };
}

/** A viewer, whose owner it is, and what that says. */
interface Located {
  readonly viewer: bigint;
  readonly owner: string;
  readonly location: PostLocation | undefined;
}

interface Asked {
  readonly postId: bigint;
  readonly authorId: bigint;
  readonly viewers: readonly bigint[];
}

/** By viewer, ascending. */
async function locationsOf(
  timelines: PostSources["timelines"],
  { viewers, ...post }: Asked,
  attempts: Attempts,
): Promise<readonly Located[]> {
  const byOwner = await attempts.at("shard map", timelines.byOwner(viewers));
  const located = await Promise.all(
    [...(byOwner ?? [])].map(async ([owner, own]) => {
      const viewerIds = [...own];
      const ask = () => timelines.at(owner).locatePost({ ...post, viewerIds });
      const found = owner === "" ? undefined : await attempts.at(`timeline ${owner}`, ask());
      const byViewer = new Map(found?.locations.map((one) => [one.viewerId, one]));
      return viewerIds.map((viewer) => ({ viewer, owner, location: byViewer.get(viewer) }));
    }),
  );
  return located.flat().sort((a, b) => (a.viewer < b.viewer ? -1 : 1));
}

function holderOf({ viewer, owner, location }: Located, way: OnItsWay): Holder {
  const place = { viewer_id: String(viewer), shard: shardOf(viewer), owner };
  if (!location) {
    const why = owner === "" ? "nobody owns the shard now" : "its owner does not answer";
    return { ...place, timeline: "unknown", place: "unknown", has_it: false, why };
  }
  const { name, has, why } = wordsOf(location.place, way);
  return { ...place, timeline: STATE_NAMES[location.state], place: name, has_it: has, why };
}
