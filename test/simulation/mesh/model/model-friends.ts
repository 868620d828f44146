import { Event } from "#gen/event/v1/event.ts";
import { type UserId, userIdOf } from "../../../../services/model/ids.ts";
import { CHANGED_EDGE_MS, MAX_FRIENDS_PER_CHUNK } from "../../../../services/model/limits.ts";
import type { FriendListHot } from "../../../../services/model/wire/friend-lists.ts";
import { pairsOf } from "../../../../services/model/wire/id-pairs.ts";
import type { UntoldAnswer, UntoldChange } from "../../../../services/timeline/ports.ts";
import type { Life } from "../network.ts";
import { ModelProcess } from "./model-process.ts";

interface Edge {
  readonly version: number;
  readonly areFriends: boolean;
}

/** What was noted before is in an answer. */
const SETTLED_MS = 5_000;

interface StoredEdge extends Edge {
  readonly atMs: number;
}

/** The friend service: the truth about the graph. */
export class ModelFriends extends ModelProcess {
  protected readonly partCount = 2;
  /** By "viewer-friend": each direction is a row of its own. */
  readonly #edges = new Map<string, StoredEdge>();
  #version = 0;
  /** The last change of each direction that was asked for, and the last of which its owner was told. */
  readonly #begun = new Map<string, Edge>();
  readonly #told = new Map<string, number>();
  /** Whose lists are said to be too long for one message, so that they go the way of chunks. */
  readonly longLists = new Set<UserId>();
  /** Told of each direction of each change. */
  onChanged: (viewer: UserId, friend: UserId) => void = () => {};
  /** Whether owners are told of a change before it is answered; earlier histories go on as they did. */
  isTelling = false;
  /** Whether lists say which edges have changed lately; earlier histories go on as they did. */
  isSayingChanged = false;
  /** True: both owners know. */
  tell: (life: Life, a: UserId, b: UserId) => Promise<boolean> = async () => false;

  /** What owners know of it when it is answered: both of them, or perhaps not, and can ask. */
  async change(a: UserId, b: UserId, areFriends: boolean): Promise<"told" | "untold"> {
    const life = this.life();
    const version = ++this.#version;
    for (const key of [`${a}-${b}`, `${b}-${a}`]) this.#begun.set(key, { version, areFriends });
    const requestId = `${version}${areFriends ? "+" : "-"}`;
    const event = { $case: "friend", value: { userId: a, friendId: b } } as const;
    const messageId = Buffer.alloc(0);
    await this.write("edges", Event.encode({ event, requestId, messageId }).finish());
    if (!this.isTelling || !life) return "untold";
    if (!(await this.tell(life, a, b))) {
      if (this.isSayingChanged)
        this.#untold.push({ user: a, friend: b, atMs: this.env.clock.nowMs() });
      return "untold";
    }
    for (const key of [`${a}-${b}`, `${b}-${a}`]) this.#told.set(key, version);
    return "told";
  }

  /** Who is no friend any more, as this viewer's owner was told; the version of that. */
  toldEnded(viewer: UserId): Map<UserId, number> {
    const prefix = `${viewer}-`;
    const ended = [...this.#told].filter(
      ([key, version]) => key.startsWith(prefix) && this.#isEnded(key, version),
    );
    return new Map(
      ended.map(([key, version]) => [userIdOf(BigInt(key.slice(prefix.length))), version]),
    );
  }

  /** Nobody has begun to change it since. */
  isStillEnded(viewer: UserId, author: UserId, version: number): boolean {
    return this.#isEnded(`${viewer}-${author}`, version);
  }

  #isEnded(key: string, version: number): boolean {
    const begun = this.#begun.get(key);
    return begun?.version === version && !begun.areFriends;
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

  /** Changes of which `tell` could not tell both owners; durable. */
  readonly #untold: UntoldChange[] = [];

  untoldSince(sinceMs: number): UntoldAnswer {
    const changes = this.#untold.filter(({ atMs }) => atMs >= sinceMs);
    return { changes, untilMs: this.env.clock.nowMs() - SETTLED_MS, isCut: false };
  }

  /** Whose edges have changed within the last hour, friends or not. */
  changedLately(user: UserId): UserId[] {
    if (!this.isSayingChanged) return [];
    const sinceMs = this.env.clock.nowMs() - CHANGED_EDGE_MS;
    const prefix = `${user}-`;
    return [...this.#edges]
      .filter(([key, { atMs }]) => key.startsWith(prefix) && atMs >= sinceMs)
      .map(([key]) => userIdOf(BigInt(key.slice(prefix.length))));
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
    this.#edges.set(key, { ...edge, atMs: this.env.clock.nowMs() });
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
