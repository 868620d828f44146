import type { UserId } from "../../../model/ids.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { highHalf, lowHalf } from "../halves.ts";
import type { FriendSet } from "./friend-set.ts";
import { ToldEdges } from "./told-edges.ts";

/**
 * People of whom a viewer's owner was told that they may be friends now, from before it looks until their posts are
 * in the ring. Meanwhile a ring proves nothing of them, and pages take their posts from the index. Where that failed
 * they stay, for whoever told will tell again.
 */
export class ArrivingFriends {
  /** Whom this has no room for, their pages lack a new friend's posts until these are in the ring. */
  readonly #told = new ToldEdges();

  /** Call what it gives when their posts are in the ring, or nothing is kept of the viewer. */
  begin(viewer: UserId, others: readonly UserId[]): () => void {
    if (!this.#told.note(viewer, others)) return () => {};
    const upTo = this.#told.last;
    // Who was told of again since is still on the way: the edge may have changed twice.
    return () => this.#told.settle(viewer, upTo, others);
  }

  /** Those who are friends: pairs of halves, low first. Undefined: none. */
  of(viewer: UserId, friends: FriendSet): Uint32Array | undefined {
    if (!this.#told.has(viewer)) return undefined;
    const arriving = this.#told.of(viewer).filter((id) => friends.has(highHalf(id), lowHalf(id)));
    return arriving.length === 0 ? undefined : pairsOf(arriving);
  }

  forgetWhere(isGone: (viewer: UserId) => boolean): void {
    this.#told.forgetWhere(isGone);
  }

  forget(viewer: UserId): void {
    this.#told.forget(viewer);
  }
}
