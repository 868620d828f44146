import { setImmediate } from "node:timers/promises";
import type { FriendServiceService, ListFriendsOfFriendsResponse } from "#gen/friend/v1/friend.ts";
import { trustedUserId, type UserId } from "../../model/ids.ts";
import {
  DEFAULT_FRIENDS_OF_FRIENDS,
  MAX_FRIENDS_OF_FRIENDS,
  MAX_VISITED_PEOPLE,
} from "../../model/limits.ts";
import { ID_BYTES, idsOf } from "../../model/wire/id-pairs.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { friendsOfFriends, type Neighbours } from "../domain/friends-of-friends.ts";
import { type Suggestions, suggest } from "../domain/suggestions.ts";
import type { FriendGraph } from "../ports.ts";
import { limit, userId } from "./arguments.ts";
import type { HiddenFrom } from "./consents/hidden-from.ts";

/** 12 bytes each, at most twice that. */
const MAX_COUNTED_PEOPLE = 1_000_000;
const PEOPLE_PER_MESSAGE = 5_000;
/** Bounds what one step of the search holds in memory; a longer list would pass the bound on people anyway. */
const STEP_BOUNDS = {
  maxFriendsEach: MAX_VISITED_PEOPLE,
  maxTotalBytes: MAX_VISITED_PEOPLE * ID_BYTES,
};

/** Without those who are hidden from the one who asks. */
async function* pagesOf(
  hiddenFrom: HiddenFrom,
  user: UserId,
  { people, truncated }: Suggestions,
): AsyncGenerator<ListFriendsOfFriendsResponse> {
  for (let from = 0; from === 0 || from < people.length; from += PEOPLE_PER_MESSAGE) {
    const page = people.slice(from, from + PEOPLE_PER_MESSAGE);
    const hidden = await hiddenFrom(
      user,
      page.map(({ person }) => person),
    );
    const shown = page.filter((_, i) => !hidden[i]);
    yield {
      userIds: shown.map(({ person }) => person),
      commonFriendCounts: shown.map(({ commonFriends }) => commonFriends),
      truncated: truncated && from + PEOPLE_PER_MESSAGE >= people.length,
    };
  }
}

/**
 * Streams the people at distance 2 or 3 who are not hidden from the one who asks. `maxVisited` is smaller
 * in tests only.
 */
export function listFriendsOfFriends(
  graph: Pick<FriendGraph, "lists">,
  hiddenFrom: HiddenFrom,
  maxVisited = MAX_VISITED_PEOPLE,
): Handler<(typeof FriendServiceService)["listFriendsOfFriends"]> {
  return async function* (request, call) {
    const user = userId("user_id", request.userId);
    const { degree } = request;
    if (degree !== 2 && degree !== 3)
      throw invalidArgument("degree", `is ${degree}`, "send 2 or 3");
    const query = {
      user,
      degree,
      limit: limit("limit", request.limit, DEFAULT_FRIENDS_OF_FRIENDS, MAX_FRIENDS_OF_FRIENDS),
      maxVisited,
    };
    const neighbours: Neighbours = async (people) => {
      // A store in this process answers without I/O: other calls need their turn between the steps.
      await setImmediate();
      call.signal.throwIfAborted();
      const lists = await graph.lists(people, STEP_BOUNDS);
      return lists.map(({ friendCount, friends }) =>
        friends.length === 0 && friendCount > 0 ? undefined : friends,
      );
    };
    if (request.byCommonFriends) {
      if (degree !== 2) throw invalidArgument("by_common_friends", "is for degree 2", "send 2");
      const found = await suggest({ ...query, maxCounted: MAX_COUNTED_PEOPLE }, neighbours);
      yield* pagesOf(hiddenFrom, user, found);
      return;
    }
    for await (const page of friendsOfFriends(query, neighbours)) {
      const people = idsOf(page.ids).map(trustedUserId);
      const hidden = await hiddenFrom(user, people);
      yield {
        userIds: people.filter((_, i) => !hidden[i]),
        truncated: page.truncated,
        commonFriendCounts: [],
      };
    }
  };
}
