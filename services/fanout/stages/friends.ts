import type { UserId } from "../../model/ids.ts";
import { MAX_BATCH_LIST_FRIENDS_USERS, MAX_FRIENDS_PER_CHUNK } from "../../model/limits.ts";
import type { FriendListHot } from "../../model/wire/friend-lists.ts";
import type { Friends } from "../ports.ts";
import { Lane } from "./lane.ts";
import type { LaneOptions } from "./lane-options.ts";

/** An author's friends: in hand, or too many to hand out at once. */
export type AuthorFriends =
  | { readonly kind: "list"; readonly friends: Uint32Array }
  | { readonly kind: "long"; readonly friendCount: number };

export type FriendsStage = Lane<UserId, AuthorFriends>;
export type LaneDeps = Pick<LaneOptions<never, never>, "clock" | "random" | "log">;

/** Second stage: the friends of the authors of all posts that are on their way, in few calls. */
export function createFriendsStage(
  friends: Pick<Friends, "lists">,
  options: LaneDeps & { readonly callsInFlight: number },
): FriendsStage {
  return new Lane<UserId, AuthorFriends>({
    ...options,
    target: "friends of authors",
    maxItems: MAX_BATCH_LIST_FRIENDS_USERS,
    maxCallsInFlight: options.callsInFlight,
    send: async (authors) => {
      // An author who posted twice in a moment is asked about once.
      const distinct = [...new Set(authors)];
      const lists = await friends.lists(distinct);
      const byAuthor = new Map(distinct.map((author, i) => [author, authorFriends(lists[i])]));
      return authors.map((author) => byAuthor.get(author) as AuthorFriends);
    },
  });
}

function authorFriends({ friendCount, friends }: FriendListHot): AuthorFriends {
  if (friendCount > MAX_FRIENDS_PER_CHUNK) return { kind: "long", friendCount };
  return { kind: "list", friends };
}
