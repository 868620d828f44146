import type { UserId } from "../../../model/ids.ts";
import { isCheaperPulled } from "../../../model/pulled/cheaper-pulled.ts";
import { MeanReads } from "./mean-reads.ts";

export interface PostRatesOptions {
  /** Pages that an average friend reads on a day, until timeline processes tell. */
  readonly pagesADay: number;
  /** Whose deliveries on a day are fewer stays pushed: the table of intervals has room for the costly. */
  readonly leastDeliveriesADay: number;
  /** Authors that are counted at one time; whoever was seen least goes. */
  readonly maxAuthors: number;
}

interface Seen {
  posts: number;
  friends: number;
}

const DAY_MS = 86_400_000;
/** A rate is of so long at least: two posts in a minute are no habit. */
const LEAST_MS = 3_600_000;

/**
 * How often authors post, as the friend service hears of it: for each post that is pushed a worker asks for
 * the author's friends. Whoever is pulled is not heard of, so their interval ends after a day, and what they
 * do then decides anew.
 */
export class PostRates {
  readonly #options: PostRatesOptions;
  readonly reads: MeanReads;
  readonly #seen = new Map<UserId, Seen>();
  #sinceMs: number;

  /** `nowMs`: monotonic, as all times here. */
  constructor(options: PostRatesOptions, nowMs: number) {
    this.#options = options;
    this.reads = new MeanReads(options.pagesADay);
    this.#sinceMs = nowMs;
  }

  posted(author: UserId, friends: number): void {
    const seen = this.#seen.get(author);
    if (seen) {
      seen.posts++;
      seen.friends = friends;
    } else if (this.#seen.size < this.#options.maxAuthors) {
      this.#seen.set(author, { posts: 1, friends });
    }
  }

  /** Whom to pull from now on; once a day counting begins anew. */
  costly(nowMs: number): readonly UserId[] {
    const { leastDeliveriesADay } = this.#options;
    const { pagesADay } = this.reads;
    const overMs = Math.max(LEAST_MS, nowMs - this.#sinceMs);
    const costly: UserId[] = [];
    for (const [author, { posts, friends }] of this.#seen) {
      const postsADay = (posts * DAY_MS) / overMs;
      if (postsADay * friends < leastDeliveriesADay) continue;
      if (isCheaperPulled({ postsADay, pagesADay })) costly.push(author);
    }
    for (const author of costly) this.#seen.delete(author);
    if (nowMs - this.#sinceMs >= DAY_MS) {
      this.#seen.clear();
      this.#sinceMs = nowMs;
    }
    return costly;
  }
}
