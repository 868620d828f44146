import {
  CHANGED_EDGE_MS,
  MAX_FRIENDS_PER_CHUNK,
  MAX_FRIENDS_PER_USER,
} from "../../model/limits.ts";
import { idAt, pairsOf } from "../../model/wire/id-pairs.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";
import type { FriendDefinition } from "../definition.ts";
import { withoutGone } from "../domain/gone-people.ts";
import { idCount } from "../domain/sorted-ids.ts";
import type { FriendGraph } from "../ports.ts";
import { idBound, limit, userId } from "./arguments.ts";

/**
 * Streams friends in ascending order, a page at a time: a list that changes meanwhile skips nobody
 * who was there all the time (rule 4.6). The first message has the count, also when it has no ids.
 */
export function listFriends(
  graph: Pick<FriendGraph, "range" | "counts" | "changed">,
  people: GonePeople,
  clock: Pick<Clock, "nowMs">,
): Handler<(typeof FriendDefinition)["listFriends"]> {
  return async function* (request, call) {
    const user = userId("user_id", request.userId);
    const before = idBound("before_friend_id", request.beforeFriendId);
    let from = idBound("from_friend_id", request.fromFriendId);
    let wanted = limit("limit", request.limit, MAX_FRIENDS_PER_USER, MAX_FRIENDS_PER_USER);
    const withinMs = limit("changed_within_ms", request.changedWithinMs ?? 0, 0, CHANGED_EDGE_MS);
    const isWhole = from <= 1n && before === 0n;
    for (let isFirst = true; ; isFirst = false) {
      if (!isFirst) call.signal.throwIfAborted();
      const asked = Math.min(wanted, MAX_FRIENDS_PER_CHUNK);
      const friends = await graph.range(user, from, before, asked);
      const found = idCount(friends);
      const seen = request.includeGone ? friends : await withoutGone(people, friends);
      const isLast = found < asked || idCount(seen) === wanted;
      if (isFirst) yield { friendCount: await countOf(), friends: seen, ...(await changedIn()) };
      else if (seen.length > 0) yield { friendCount: 0, friends: seen };
      if (isLast) return;
      wanted -= idCount(seen);
      from = idAt(friends, found - 1) + 1n;

      async function countOf(): Promise<number> {
        return isWhole && found < asked ? found : (await graph.counts([user]))[0];
      }

      /** Read after the list: what that has seen of changes, this has. */
      async function changedIn(): Promise<{ readonly changed?: Uint32Array }> {
        if (withinMs === 0) return {};
        return { changed: pairsOf(await graph.changed(user, clock.nowMs() - withinMs)) };
      }
    }
  };
}
