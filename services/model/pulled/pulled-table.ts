import { MAX_ID, type PostId, trustedUserId, type UserId } from "../ids.ts";
import { pairsOf } from "../wire/id-pairs.ts";
import { isPushed, type PullInterval } from "./push-or-pull.ts";

/** In place of an author: the interval is everybody's. No person has this id. */
export const EVERYONE = trustedUserId(0n);

/** One interval, and whose posts it is about. */
export interface AuthorInterval extends PullInterval {
  readonly authorId: UserId;
  /** Its posts are pushed all the same, and did not reach everybody: readers look for them. */
  readonly isAlsoPushed?: boolean;
}

/** How a post travels; unknown: a later reading of the table will say. */
export type DeliveryOfPost = "push" | "pull" | "unknown";

export interface PulledReading {
  /** Rises with each change of the intervals. */
  readonly version: bigint;
  /** About smaller ids this reading says what every later one will. */
  readonly validThrough: bigint;
  readonly intervals: readonly AuthorInterval[];
}

/**
 * One reading of the table of pulled intervals (lemma L4). Whatever two processes have read, and however
 * old it is, they agree on every id below both their `validThrough`. Above its own a process knows nothing:
 * a worker asks again, and a reader takes the post from wherever it is.
 */
export class PulledTable {
  /** Before the first reading: nothing is known of any post. */
  static readonly UNREAD = new PulledTable({ version: -1n, validThrough: 0n, intervals: [] });

  readonly version: bigint;
  readonly validThrough: bigint;
  readonly intervals: readonly AuthorInterval[];
  readonly everyone: readonly PullInterval[];
  /** Everybody who has intervals of their own: pairs of halves, low first, ascending. */
  readonly authors: Uint32Array;
  readonly #byAuthor: ReadonlyMap<bigint, readonly AuthorInterval[]>;

  constructor({ version, validThrough, intervals }: PulledReading) {
    const byAuthor = Map.groupBy(intervals, ({ authorId }) => authorId as bigint);
    this.version = version;
    this.validThrough = validThrough;
    this.intervals = intervals;
    this.everyone = byAuthor.get(EVERYONE) ?? [];
    byAuthor.delete(EVERYONE);
    this.authors = pairsOf([...byAuthor.keys()].sort((a, b) => (a < b ? -1 : 1)));
    this.#byAuthor = byAuthor;
  }

  /** The same intervals, known to hold further. */
  through(validThrough: bigint): PulledTable {
    return new PulledTable({ version: this.version, validThrough, intervals: this.intervals });
  }

  /** Where readers look for an author's posts; not everybody's intervals. */
  of(author: bigint): readonly PullInterval[] {
    return this.#byAuthor.get(author) ?? NONE;
  }

  deliveryOf(post: PostId, author: bigint): DeliveryOfPost {
    if (post >= this.validThrough) return "unknown";
    const own = this.#byAuthor.get(author)?.filter(({ isAlsoPushed }) => !isAlsoPushed) ?? NONE;
    return isPushed(post, this.everyone) && isPushed(post, own) ? "push" : "pull";
  }

  /** From the next post on everybody is pulled: nothing need be kept for a viewer. */
  get isEveryonePulled(): boolean {
    return this.everyone.some(({ until }) => until === undefined);
  }
}

const NONE: readonly PullInterval[] = [];

/** What a process that pushes or reads goes by: its copy of the table, and when that knows of a post. */
export interface PulledIntervals {
  readonly table: PulledTable;
  /** Resolves to true once `table` knows of this post; to false after `ms`. */
  through(post: PostId, ms: number): Promise<boolean>;
}

/** Intervals that never change: none, unless a test brings some. */
export function settledIntervals(intervals: readonly AuthorInterval[] = []): PulledIntervals {
  const table = new PulledTable({ version: 0n, validThrough: MAX_ID + 1n, intervals });
  return { table, through: async () => true };
}
