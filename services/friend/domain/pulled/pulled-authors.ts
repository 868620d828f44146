import { firstPostIdAt, type PostId, type UserId } from "../../../model/ids.ts";
import type { ReadsKnown } from "../../../model/pulled/cheaper-pulled.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import type { FriendGraph, PulledRows } from "../../ports.ts";
import {
  close,
  keptOf,
  lookFor,
  type Moment,
  open,
  openOf,
  type PulledCause,
  type StoredTable,
  settleFurther,
  type TableChange,
} from "./changes.ts";
import type { PostRates } from "./post-rates.ts";

export interface PulledAuthorsOptions {
  /** Whoever has more friends is pulled. */
  readonly popularFriends: number;
  /** So much later than they are made changes count, ms: longer than copies of the table are old. */
  readonly aheadMs?: number;
  readonly onFailure: (error: unknown) => void;
  /** With adaptive delivery: whose posts are counted, and who is pulled for how often they post. */
  readonly rates?: PostRates;
}

const DEFAULT_AHEAD_MS = 10_000;
const MAX_TRIES = 8;
/** Who lost so much of what made them popular is pushed again; not sooner, or some would go to and fro. */
const FALLEN_SHARE = 0.8;
/** Those on their way to being opened. */
const MAX_WANTED = 10_000;
const COUNT_AT_ONCE = 200;
const ADAPTED_MS = 86_400_000;

/** The table of pulled intervals as the friend service keeps it: read, settled further, and changed by CAS. */
export class PulledAuthors {
  readonly #rows: PulledRows;
  readonly #clock: Clock;
  readonly #options: PulledAuthorsOptions;
  readonly #wanted = new Set<UserId>();
  #known: StoredTable | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(rows: PulledRows, clock: Clock, options: PulledAuthorsOptions) {
    this.#rows = rows;
    this.#clock = clock;
    this.#options = options;
  }

  /** As it is now, settled ahead of the time. */
  current(): Promise<StoredTable> {
    return this.#change((table) => settleFurther(table, this.#now()));
  }

  /** Resolves when it is durable that the author's posts are to be pulled, or pushed, from soon on. */
  setPulled(author: UserId, isPulled: boolean, cause: PulledCause): Promise<StoredTable> {
    return this.#change((table) => {
      const now = this.#now();
      return isPulled ? open(table, author, cause, now) : close(table, author, now);
    });
  }

  /** Resolves when it is durable that readers look for a post that is pushed and did not reach everybody. */
  async lookFor(post: { readonly postId: PostId; readonly authorId: UserId }): Promise<void> {
    await this.#change((table) => lookFor(table, post, this.#now()));
  }

  /** Somebody has asked for the friends of authors, to push their posts: who has too many is pulled soon. */
  seen(authors: readonly UserId[], counts: readonly number[]): void {
    for (const [i, author] of authors.entries()) {
      this.#options.rates?.posted(author, counts[i]);
      if (counts[i] <= this.#options.popularFriends || this.#wanted.size >= MAX_WANTED) continue;
      if (this.#wanted.has(author) || (this.#known && openOf(this.#known, author))) continue;
      this.#wanted.add(author);
      this.#working = this.#working.then(() => this.#openWanted(author));
    }
  }

  /** A timeline process tells how much its viewers read. */
  heardOfReads(reads: ReadsKnown): void {
    this.#options.rates?.reads.heard(reads);
  }

  /** Resolves when all that was begun by `seen` has ended. */
  settled(): Promise<void> {
    return this.#working;
  }

  /** Closes the intervals of those who were popular and have lost friends. */
  async closeFallen(graph: Pick<FriendGraph, "counts">): Promise<void> {
    const { intervals } = await this.current();
    const popular = intervals.filter(
      ({ until, cause }) => until === undefined && cause === "popular",
    );
    const least = this.#options.popularFriends * FALLEN_SHARE;
    for (let from = 0; from < popular.length; from += COUNT_AT_ONCE) {
      const authors = popular.slice(from, from + COUNT_AT_ONCE).map(({ authorId }) => authorId);
      const counts = await graph.counts(authors);
      const fallen = authors.filter((_, i) => counts[i] < least);
      for (const author of fallen) await this.setPulled(author, false, "popular");
    }
  }

  /** Opens intervals of who posts more than their friends read, and ends those that are a day old. */
  async adapt(): Promise<void> {
    const { rates } = this.#options;
    const costly = rates?.costly(this.#clock.monotonicMs()) ?? [];
    for (const author of costly) await this.setPulled(author, true, "adaptive");
    const { intervals } = await this.current();
    const bound = firstPostIdAt(this.#clock.nowMs() - (rates ? ADAPTED_MS : 0));
    const old = intervals.filter(
      ({ cause, since, until }) => cause === "adaptive" && until === undefined && since < bound,
    );
    for (const { authorId } of old) await this.setPulled(authorId, false, "adaptive");
  }

  async #openWanted(author: UserId): Promise<void> {
    try {
      await this.setPulled(author, true, "popular");
    } catch (error) {
      this.#options.onFailure(error);
    } finally {
      this.#wanted.delete(author);
    }
  }

  #now(): Moment {
    const { aheadMs = DEFAULT_AHEAD_MS } = this.#options;
    return { nowMs: this.#clock.nowMs(), aheadMs };
  }

  /** Makes a change of the table as it is, and again when another was faster; gives what came of it. */
  async #change(make: (table: StoredTable) => TableChange | undefined): Promise<StoredTable> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const table = await this.#read();
      const change = make(table);
      if (!change) return table;
      // Whether it was this change or another's that was faster: the table says what is left to do.
      await this.#rows.change(table, change);
    }
    throw unavailable("the table of pulled intervals is being changed by many; try again");
  }

  async #read(): Promise<StoredTable> {
    const head = await this.#rows.head();
    const known = this.#known;
    const table =
      known?.version === head.version
        ? { ...head, intervals: known.intervals }
        : await this.#rows.read();
    this.#known = { ...table, intervals: keptOf(table, this.#clock.nowMs()) };
    return this.#known;
  }
}
