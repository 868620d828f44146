import { Event } from "#gen/event/v1/event.ts";
import { type UserId, userIdOf } from "../../../../services/model/ids.ts";
import { MAX_FRIENDS_PER_CHUNK } from "../../../../services/model/limits.ts";
import type { FriendListHot } from "../../../../services/model/wire/friend-lists.ts";
import { pairsOf } from "../../../../services/model/wire/id-pairs.ts";
import { ModelProcess } from "./model-process.ts";

interface Edge {
  readonly version: number;
  readonly areFriends: boolean;
}

/** The friend service: the truth about the graph. */
export class ModelFriends extends ModelProcess {
  protected readonly partCount = 2;
  /** By "viewer-friend": each direction is a row of its own. */
  readonly #edges = new Map<string, Edge>();
  #version = 0;
  /** Whose lists are said to be too long for one message, so that they go the way of chunks. */
  readonly longLists = new Set<UserId>();
  /** Told of each direction of each change. */
  onChanged: (viewer: UserId, friend: UserId) => void = () => {};

  change(a: UserId, b: UserId, areFriends: boolean): Promise<void> {
    const requestId = `${++this.#version}${areFriends ? "+" : "-"}`;
    const event = { $case: "friend", value: { userId: a, friendId: b } } as const;
    const messageId = Buffer.alloc(0);
    return this.write("edges", Event.encode({ event, requestId, messageId }).finish());
  }

  areFriends(a: UserId, b: UserId): boolean {
    return this.#edges.get(`${a}-${b}`)?.areFriends === true;
  }

  friendsOf(user: UserId): UserId[] {
    const prefix = `${user}-`;
    const friends = [...this.#edges]
      .filter(([key, { areFriends }]) => areFriends && key.startsWith(prefix))
      .map(([key]) => userIdOf(BigInt(key.slice(prefix.length))));
    return friends.sort((a, b) => (a < b ? -1 : 1));
  }

  /** For the worker: a list that is too long comes without its ids. */
  listsOf(users: readonly UserId[]): FriendListHot[] {
    return users.map((userId) => {
      if (this.longLists.has(userId))
        return { userId, friendCount: MAX_FRIENDS_PER_CHUNK + 1, friends: pairsOf([]) };
      const ids = this.friendsOf(userId);
      return { userId, friendCount: ids.length, friends: pairsOf(ids) };
    });
  }

  protected apply(change: Uint8Array, part: "all" | number): void {
    const { event, requestId } = Event.decode(change);
    if (event?.$case !== "friend") return;
    const { userId, friendId } = event.value;
    const edge = { version: Number.parseInt(requestId, 10), areFriends: requestId.endsWith("+") };
    if (part !== 1) this.#set(userIdOf(userId), userIdOf(friendId), edge);
    if (part !== 0) this.#set(userIdOf(friendId), userIdOf(userId), edge);
  }

  /** The later change wins, whichever comes last. */
  #set(viewer: UserId, friend: UserId, edge: Edge): void {
    const key = `${viewer}-${friend}`;
    if ((this.#edges.get(key)?.version ?? 0) >= edge.version) return;
    this.#edges.set(key, edge);
    this.onChanged(viewer, friend);
  }
}

/** Whether this event tells of a change between the two. */
export function isOfEdge(payload: Uint8Array, a: UserId, b: UserId): boolean {
  const { event } = Event.decode(payload);
  if (event?.$case !== "friend") return false;
  const ends = [event.value.userId, event.value.friendId];
  return ends.includes(a) && ends.includes(b);
}
