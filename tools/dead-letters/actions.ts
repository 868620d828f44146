import type { Friends } from "../../services/fanout/ports.ts";
import { trustedUserId } from "../../services/model/ids.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import {
  ACK,
  type EventBus,
  type Outcome,
  REQUEUE,
} from "../../services/platform/messaging/bus.ts";
import { PARKED_QUEUES } from "../../services/platform/messaging/topics.ts";
import { describeLetter, type Letter, letterJson, postOf } from "./letter.ts";

/** What to do with one letter. */
export type Action = (letter: Letter) => Promise<Outcome>;

/** Shows it and leaves it there. */
export function listing(say: (line: string) => void, nowMs: number): Action {
  return async (letter) => {
    say(describeLetter(letter, nowMs));
    return REQUEUE;
  };
}

/** The same for programs: one object a line. */
export function listingAsJson(say: (line: string) => void): Action {
  return async (letter) => {
    say(JSON.stringify(letterJson(letter)));
    return REQUEUE;
  };
}

/** Sends it through its queue again; it is a dead letter no more once that is confirmed. */
export function replaying(bus: Pick<EventBus, "publish">): Action {
  return async ({ queue, payload }) => {
    await bus.publish(queue, [payload]);
    return ACK;
  };
}

/** Makes viewers inactive, so that their next read fills their timelines. Pairs of halves. */
export type Deactivate = (viewers: Uint32Array) => Promise<void>;

/**
 * Gives it up for good. The viewers it may not have reached become inactive first: a timeline without
 * a doubt is one that was filled again. For a deletion too: else the post stays on their timelines.
 */
export function dropping(friends: Pick<Friends, "range">, deactivate: Deactivate): Action {
  return async (letter) => {
    if (!OF_TIMELINES.has(letter.queue)) return ACK;
    const { event } = letter;
    const post = postOf(letter);
    if (event?.$case === "friend") {
      await deactivate(pairsOf([event.value.userId, event.value.friendId]));
    } else if (event?.$case === "parked") {
      await deactivate(pairsOf(event.value.viewerIds));
    } else if (post !== undefined) {
      const range = event?.$case === "chunk" ? event.value : WHOLE_LIST;
      const author = trustedUserId(post.authorId);
      const unreached = friends.range(author, range.fromFriendId, range.beforeFriendId);
      for await (const viewers of unreached) await deactivate(viewers);
    }
    return ACK;
  };
}

/** Other subscribers have no viewers whom a message did not reach. */
const OF_TIMELINES: ReadonlySet<string> = new Set([
  ...["posts.fanout", "chunks", "edges.fanout"],
  ...PARKED_QUEUES,
]);
const WHOLE_LIST = { fromFriendId: 0n, beforeFriendId: 0n };
