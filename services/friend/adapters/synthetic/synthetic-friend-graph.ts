import { type ComputedGraph, createGraph } from "../../../../population/graph/graph.ts";
import type { World } from "../../../../population/graph/world.ts";
import type { UserId } from "../../../model/ids.ts";
import { notFound } from "../../../platform/grpc/errors/errors.ts";
import { includesId, NO_IDS, sliceIds } from "../../domain/sorted-ids.ts";
import type { FriendGraph, FriendIds, ListBounds } from "../../ports.ts";

/**
 * The friendships that the load toolkit computes from a seed: nothing is stored, and ids beyond its
 * people are NOT_FOUND. Lists are computed anew for each call, in 5 to 500 us.
 */
export class SyntheticFriendGraph implements FriendGraph {
  readonly #graph: ComputedGraph;

  /** Throws RangeError when the world cannot be. */
  constructor(world: World) {
    this.#graph = createGraph(world);
  }

  async lists(
    users: readonly UserId[],
    { maxFriendsEach, maxTotalBytes }: ListBounds,
  ): Promise<readonly FriendIds[]> {
    const lists: FriendIds[] = [];
    let room = maxTotalBytes;
    for (const user of users) {
      const all = this.#friendsOf(user);
      const friendCount = all.length / 2;
      const friends = friendCount > maxFriendsEach ? NO_IDS : all;
      room -= friends.byteLength;
      if (room < 0 && lists.length > 0) break;
      lists.push({ friendCount, friends });
    }
    return lists;
  }

  async range(user: UserId, from: bigint, before: bigint, max: number): Promise<Uint32Array> {
    return sliceIds(this.#friendsOf(user), from, before, max);
  }

  async counts(users: readonly UserId[]): Promise<readonly number[]> {
    return users.map((user) => this.#graph.degree(this.#personOf(user)));
  }

  async check(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    const friends = this.#friendsOf(user);
    for (const other of others) this.#personOf(other);
    return others.map((other) => includesId(friends, other));
  }

  async changed(): Promise<readonly UserId[]> {
    return [];
  }

  #personOf(user: UserId): number {
    if (user > BigInt(this.#graph.people)) throw notFound("user", user);
    return Number(user);
  }

  #friendsOf(user: UserId): Uint32Array {
    const friends = this.#graph.friends(this.#personOf(user));
    const pairs = new Uint32Array(2 * friends.length);
    for (let i = 0; i < friends.length; i++) pairs[2 * i] = friends[i];
    return pairs;
  }
}
