import { present } from "../../../services/model/invariant.ts";
import { record } from "../../measure/histogram.ts";
import type { ShownEntry } from "../viewing/viewing.ts";
import type { Watchers } from "../watchers/choose-watchers.ts";
import { WatchedAuthors } from "../watchers/watched-authors.ts";
import { EarlyArrivals } from "./early-arrivals.ts";
import { Expectations } from "./expectations.ts";
import { KnownEntries, type PageSpan } from "./known-entries.ts";
import type { Tally } from "./tally.ts";

export interface LedgerOptions {
  /** Posts acknowledged before are not in the lag, us. */
  readonly fromMicros: number;
  readonly staleAfterMs: number;
  readonly maxExpectations: number;
}

/** What was acknowledged against what viewers were shown. Pure: times come from the caller, one clock's. */
export class Ledger {
  readonly expectations: Expectations;
  readonly #watchers: Watchers;
  readonly #authors: WatchedAuthors;
  readonly #early = new EarlyArrivals();
  readonly #known: readonly KnownEntries[];
  readonly #tally: Tally;
  readonly #fromMicros: number;
  readonly #staleAfterMicros: number;

  constructor(watchers: Watchers, tally: Tally, options: LedgerOptions) {
    this.#watchers = watchers;
    this.#tally = tally;
    this.#authors = new WatchedAuthors(watchers.friends);
    this.expectations = new Expectations(this.#authors, options.maxExpectations);
    this.#known = watchers.viewers.map(() => new KnownEntries());
    this.#fromMicros = options.fromMicros;
    this.#staleAfterMicros = options.staleAfterMs * 1000;
  }

  /** From now on every friend of the author must find the post, and soon. */
  acknowledged(author: number, postId: bigint, atMicros: number): void {
    const row = this.#authors.rowOf(author);
    if (row < 0) return;
    const { starts, watchers } = this.#authors;
    for (let place = starts[row]; place < starts[row + 1]; place++) {
      this.#known[watchers[place]].acknowledged(postId, atMicros + this.#staleAfterMicros);
    }
    const early = this.#early.take(postId);
    if (!this.expectations.add(postId, author, row, atMicros)) return;
    for (const { watcher, authorId } of early) this.#arrived(watcher, postId, authorId, atMicros);
  }

  /** A watcher's stream brought an entry. */
  streamed(watcher: number, { postId, authorId }: ShownEntry, atMicros: number): void {
    this.#known[watcher].shown(postId, atMicros);
    if (this.expectations.find(postId)) this.#arrived(watcher, postId, authorId, atMicros);
    else if (this.judgeAuthor(watcher, postId, authorId)) {
      this.#early.add(postId, authorId, watcher, atMicros);
    }
  }

  /** What a new stream begins with was there before. */
  alreadyThere(watcher: number, entries: readonly ShownEntry[], atMicros: number): void {
    for (const { postId, authorId } of entries) {
      this.#known[watcher].shown(postId, atMicros);
      this.judgeAuthor(watcher, postId, authorId);
    }
  }

  /** A page came that speaks of `span`, or of nothing in particular: it said that it lacks something. */
  paged({
    watcher,
    entries,
    span,
    sentMicros,
    seenMicros,
  }: {
    readonly watcher: number;
    readonly entries: readonly ShownEntry[];
    readonly span: PageSpan | undefined;
    readonly sentMicros: number;
    readonly seenMicros: number;
  }): void {
    const known = this.#known[watcher];
    if (span) {
      const shown = new Set(entries.map(({ postId }) => postId));
      const missed = known.missing(shown, span, sentMicros);
      if (missed.length > 0) this.#tally.counts.stale++;
      if (missed.some(({ wasShown }) => wasShown)) this.#tally.counts.vanished++;
      for (const { postId, wasShown } of missed) {
        const post = this.expectations.find(postId);
        this.#tally.find({
          postId: String(postId),
          author: post?.author,
          viewer: this.#watchers.viewers[watcher],
          what: wasShown ? "vanished" : "stale",
          ackedAtSecond: post && post.ackedMicros / 1e6,
        });
      }
    }
    this.alreadyThere(watcher, entries, seenMicros);
  }

  /** Whether the entry may be there: by a friend, and by who wrote the post. Counts it when not. */
  judgeAuthor(watcher: number, postId: bigint, authorId: bigint): boolean {
    const author = Number(authorId);
    const row = this.#authors.rowOf(author);
    const isFriend = row >= 0 && this.#authors.placeOf(row, watcher) >= 0;
    const post = this.expectations.find(postId);
    if (isFriend && (post === undefined || post.author === author)) return true;
    this.#tally.counts.strange++;
    this.#tally.find({
      postId: String(postId),
      author,
      viewer: this.#watchers.viewers[watcher],
      what: "strange",
      ackedAtSecond: post && post.ackedMicros / 1e6,
    });
    return false;
  }

  /** At the end of the run: whatever had not come has waited until now. Returns how many. */
  closeLag(atMicros: number): number {
    let count = 0;
    const expected = this.expectations.byWatcher(this.#watchers.viewers.length);
    for (const [watcher, posts] of expected.entries()) {
      for (const { postId, ackedMicros } of posts) {
        if (this.expectations.wasStreamed(postId, watcher)) continue;
        count++;
        this.#recordLag(ackedMicros, atMicros);
      }
    }
    return count;
  }

  #arrived(watcher: number, postId: bigint, authorId: bigint, atMicros: number): void {
    if (!this.judgeAuthor(watcher, postId, authorId)) return;
    // A resumed stream repeats some.
    if (!this.expectations.streamed(postId, watcher)) return;
    this.#recordLag(present(this.expectations.find(postId)).ackedMicros, atMicros);
  }

  #recordLag(ackedMicros: number, atMicros: number): void {
    if (ackedMicros < this.#fromMicros) return;
    const lagMicros = Math.max(0, atMicros - ackedMicros);
    record(this.#tally.lag, lagMicros);
    this.#tally.lagSeries.add(atMicros, lagMicros);
  }
}
