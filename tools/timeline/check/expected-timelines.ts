import { lowerBound } from "../../../services/friend/domain/sorted-ids.ts";
import type { Range } from "../../../services/model/reconcile/differing-positions.ts";
import { type Digest, DigestSum } from "../../../services/model/reconcile/digest.ts";
import { idAt } from "../../../services/model/wire/id-pairs.ts";

/**
 * What some viewers' timelines should hold, a digest each: 12 bytes a viewer, whatever number of entries. It
 * is made by author, as posts are fanned out: whoever did not post costs nothing.
 */
export class ExpectedTimelines {
  readonly #viewers: Uint32Array;
  readonly #froms: Uint32Array;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #counts: Uint32Array;
  readonly #sum = new DigestSum();

  /** `viewers` ascending, and from which post id on each is looked at: pairs of halves, low first. */
  constructor(viewers: Uint32Array, froms: Uint32Array) {
    const count = viewers.length / 2;
    this.#viewers = viewers;
    this.#froms = froms;
    this.#low = new Uint32Array(count);
    this.#high = new Uint32Array(count);
    this.#counts = new Uint32Array(count);
  }

  /** Posts of one author, whose friends these are; both pairs of halves. */
  addPosts(posts: Uint32Array, friends: Uint32Array): void {
    const viewers = this.#viewers;
    for (let friend = 0; friend < friends.length / 2; friend++) {
      const low = friends[2 * friend];
      const high = friends[2 * friend + 1];
      const at = lowerBound(viewers, idAt(friends, friend));
      if (viewers[2 * at] !== low || viewers[2 * at + 1] !== high) continue;
      const fromLow = this.#froms[2 * at];
      const fromHigh = this.#froms[2 * at + 1];
      for (let i = 0; i < posts.length; i += 2) {
        const isBelow =
          posts[i + 1] < fromHigh || (posts[i + 1] === fromHigh && posts[i] < fromLow);
        if (!isBelow) this.#sum.add(low, high, posts[i], posts[i + 1]);
      }
      this.#addTo(at, this.#sum.take());
    }
  }

  digestOf({ from, to }: Range): Digest {
    for (let i = from; i < to; i++) {
      this.#sum.addDigest({ low: this.#low[i], high: this.#high[i], count: this.#counts[i] });
    }
    return this.#sum.take();
  }

  #addTo(at: number, { low, high, count }: Digest): void {
    this.#low[at] += low;
    this.#high[at] += high;
    this.#counts[at] += count;
  }
}
