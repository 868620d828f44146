import { Event, type PostEvent } from "#gen/event/v1/event.ts";
import { PostPlace } from "#gen/timeline/v1/timeline.ts";
import { PARKED_QUEUES } from "../../../services/platform/messaging/topics.ts";
import { Attempts } from "../../sources/attempts.ts";
import type { ShownLetter } from "../../sources/dead-letters.ts";
import type { MeshClients } from "../../sources/mesh-clients.ts";

/** What a replay of a letter would do, as far as it can be known without doing it. */
export interface ReplayPreview {
  /** Into which queue one message goes. */
  readonly queue: string;
  readonly effect: string;
  /** Of whom it is known whether they have the post: these, at most 1,000. */
  readonly viewers_looked_at: number;
  /** It would be new to them. */
  readonly would_get_it: number;
  /** They have it, or take it from elsewhere: for them it is a duplicate, or dropped. */
  readonly would_not_change: number;
  readonly problems: readonly string[];
}

export type PreviewSources = Pick<MeshClients, "friends" | "timelines">;

const MAX_LOOKED_AT = 1_000;
const VIEWERS_PER_CALL = 200;

/** Looks at whom the message is for, and whether they have what it would bring. Changes nothing. */
export async function previewReplay(
  letter: ShownLetter,
  sources: PreviewSources,
): Promise<ReplayPreview> {
  const attempts = new Attempts();
  const event = eventOf(letter);
  const post = postIn(event);
  const viewers = await attempts.at("friends", viewersOf(event, sources.friends));
  const lacking =
    post && viewers ? await countLacking(post, viewers, sources.timelines, attempts) : 0;
  const lookedAt = post ? (viewers?.length ?? 0) : 0;
  return {
    queue: letter.queue,
    effect: effectOf(letter.queue, event),
    viewers_looked_at: lookedAt,
    would_get_it: lacking,
    would_not_change: lookedAt - lacking,
    problems: attempts.problems,
  };
}

function eventOf(letter: ShownLetter): Event["event"] {
  try {
    return Event.decode(Buffer.from(letter.payload, "base64")).event;
  } catch {
    return undefined;
  }
}

function postIn(event: Event["event"]): PostEvent | undefined {
  if (event?.$case === "post") return event.value;
  return event?.$case === "chunk" || event?.$case === "parked" ? event.value.post : undefined;
}

/** Whom the message is for, as the graph is now; at most 1,000 of them. */
async function viewersOf(
  event: Event["event"],
  friends: MeshClients["friends"],
): Promise<readonly bigint[]> {
  if (event?.$case === "parked") return event.value.viewerIds.slice(0, MAX_LOOKED_AT);
  const post = postIn(event);
  if (!post) return [];
  const range = event?.$case === "chunk" ? event.value : { fromFriendId: 0n, beforeFriendId: 0n };
  const { fromFriendId, beforeFriendId } = range;
  const ids: bigint[] = [];
  const request = { userId: post.authorId, fromFriendId, beforeFriendId, limit: MAX_LOOKED_AT };
  for await (const message of friends.listFriends(request)) ids.push(...message.friendIds);
  return ids;
}

async function countLacking(
  { postId, authorId, deleted }: PostEvent,
  viewers: readonly bigint[],
  timelines: MeshClients["timelines"],
  attempts: Attempts,
): Promise<number> {
  const changed = deleted ? PostPlace.RING : PostPlace.MISSING;
  const byOwner = (await attempts.at("shard map", timelines.byOwner(viewers))) ?? new Map();
  let count = 0;
  for (const [owner, all] of byOwner) {
    if (owner === "") continue;
    for (let from = 0; from < all.length; from += VIEWERS_PER_CALL) {
      const viewerIds = all.slice(from, from + VIEWERS_PER_CALL);
      const call = timelines.at(owner).locatePost({ postId, authorId, viewerIds });
      const found = await attempts.at(`timeline ${owner}`, call);
      count += found?.locations.filter(({ place }) => place === changed).length ?? 0;
    }
  }
  return count;
}

const PARKED = new Set<string>(PARKED_QUEUES);

function effectOf(queue: string, event: Event["event"]): string {
  if (event?.$case === "friend") {
    return "Both people's owners look at the edge again and mend what they hold of each other.";
  }
  if (event?.$case === "post" && queue === "posts.fanout") {
    const what = event.value.deleted ? "marks it as deleted on" : "appends it to";
    return `A worker reads the author's friends as they are now, and ${what} their timelines. Who has it keeps it once.`;
  }
  if (event?.$case === "chunk") {
    return "A worker reads the friends in this range as they are now, and appends the post to their timelines.";
  }
  if (event?.$case === "parked" || PARKED.has(queue)) {
    return "A worker cuts these viewers by the owners of now, and appends the post to their timelines.";
  }
  return `The subscriber of ${queue} gets the message once more; it recognises what it has had by its id.`;
}
