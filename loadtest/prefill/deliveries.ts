import type { Population } from "../../population/population.ts";
import { userIdOf } from "../../services/model/ids.ts";
import type { AppendBatch, PostAppendHot } from "../../services/model/wire/append-entries.ts";
import { evictedTogether } from "../../services/timeline/domain/rings/ring-memory.ts";
import type { PastPosts, PostsByAuthor } from "./past-posts.ts";
import type { Viewers } from "./viewers.ts";

/** What is appended together: large pieces cost less each, small ones keep the progress going. */
const MAX_CALL_DELIVERIES = 8_192;
const MAX_CALL_POSTS = 200;

export interface Delivery {
  /** Index of the timeline process. */
  readonly process: number;
  readonly batch: AppendBatch;
  readonly entries: number;
}

export interface Deliveries {
  /** All that the batches hold. */
  readonly entries: number;
  /** Oldest post first. */
  batches(): Generator<Delivery>;
}

/** Where readers look for posts nothing is kept for them. */
export const NO_DELIVERIES: Deliveries = { entries: 0, *batches() {} };

/**
 * Of each viewer the newest entries, a few more than a ring holds: those push its oldest chunk out, which
 * lifts the floor above what was never sent (rule 6.4). How many more differs by viewer, so that rings are
 * as full as those of a mesh that ran for long. "all": where rows are kept too, none may be missing.
 */
export function planDeliveries({
  population,
  posts,
  byAuthor,
  viewers,
  ringEntries,
}: {
  readonly population: Population;
  readonly posts: PastPosts;
  readonly byAuthor: PostsByAuthor;
  readonly viewers: Viewers;
  readonly ringEntries: number | "all";
}): Deliveries {
  const lists = viewersByAuthor(population, byAuthor, viewers);
  const { first, entries } = firstPosts(posts, lists, viewers, ringEntries);
  const { author, count } = posts;
  const { processOf } = viewers;

  function* batches(): Generator<Delivery> {
    const calls = viewers.counts.map((_, process) => new Call(process, population.maxFriends));
    for (let post = 0; post < count; post++) {
      const person = author[post];
      const [from, to] = [lists.start[person], lists.start[person + 1]];
      for (const call of calls) call.begin();
      for (let at = from; at < to; at++) {
        const viewer = lists.viewers[at];
        if (first[viewer] <= post) calls[processOf[viewer] - 1].add(viewer);
      }
      for (const call of calls) {
        yield* call.end(() => ({ postId: posts.id(post), authorId: userIdOf(person) }));
      }
    }
    for (const call of calls) yield* call.take();
  }
  return { entries, batches };
}

/** Collects the deliveries of one timeline process into calls. */
class Call {
  readonly #process: number;
  /** Viewers of one post, as pairs of halves. */
  readonly #scratch: Uint32Array;
  #viewers = 0;
  #appends: PostAppendHot[] = [];
  #entries = 0;

  constructor(process: number, maxFriends: number) {
    this.#process = process;
    this.#scratch = new Uint32Array(2 * maxFriends);
  }

  begin(): void {
    this.#viewers = 0;
  }

  /** Ids below 2^31: the high half stays 0. */
  add(viewer: number): void {
    this.#scratch[2 * this.#viewers++] = viewer;
  }

  *end(post: () => Pick<PostAppendHot, "postId" | "authorId">): Generator<Delivery> {
    if (this.#viewers === 0) return;
    const viewers = this.#scratch.slice(0, 2 * this.#viewers);
    const isFull =
      this.#entries + this.#viewers > MAX_CALL_DELIVERIES ||
      this.#appends.length === MAX_CALL_POSTS;
    if (isFull) yield* this.take();
    // No time of creation: these are not part of anyone's lag.
    this.#appends.push({ ...post(), deleted: false, viewers, createTimeMs: 0, requestId: "" });
    this.#entries += this.#viewers;
  }

  *take(): Generator<Delivery> {
    if (this.#entries === 0) return;
    const [appends, entries] = [this.#appends, this.#entries];
    this.#appends = [];
    this.#entries = 0;
    yield { process: this.#process, batch: { appends }, entries };
  }
}

/** The viewers among the friends of all who posted: of person `p` start[p] to start[p + 1] - 1, ascending. */
interface ViewerLists {
  readonly start: Int32Array;
  readonly viewers: Int32Array;
}

/** 4 bytes a friendship between someone who posted and a viewer: less than the viewer's ring. */
function viewersByAuthor(
  population: Population,
  { start: postsStart }: PostsByAuthor,
  { processOf }: Viewers,
): ViewerLists {
  const start = new Int32Array(population.people + 2);
  let viewers = new Int32Array(1 << 16);
  let count = 0;
  for (let person = 1; person <= population.people; person++) {
    start[person] = count;
    if (postsStart[person] === postsStart[person + 1]) continue;
    const friends = population.friends(person);
    if (count + friends.length > viewers.length) {
      const larger = new Int32Array(Math.ceil(viewers.length * 1.5) + friends.length);
      larger.set(viewers.subarray(0, count));
      viewers = larger;
    }
    for (let i = 0; i < friends.length; i++) {
      if (processOf[friends[i]] > 0) viewers[count++] = friends[i];
    }
  }
  start[population.people + 1] = count;
  return { start, viewers };
}

/** By viewer, the oldest post that is sent to them; found from the newest back. */
function firstPosts(
  { author, count }: PastPosts,
  lists: ViewerLists,
  { processOf }: Viewers,
  ringEntries: number | "all",
): { readonly first: Int32Array; readonly entries: number } {
  const first = new Int32Array(processOf.length);
  if (ringEntries === "all") return { first, entries: totalEntries(author, lists) };
  const room = new Int32Array(processOf.length);
  const evicted = evictedTogether(ringEntries);
  for (let viewer = 1; viewer < room.length; viewer++) {
    if (processOf[viewer] > 0) room[viewer] = ringEntries + 1 + (viewer % evicted);
  }
  let entries = 0;
  for (let post = count - 1; post >= 0; post--) {
    const person = author[post];
    for (let at = lists.start[person]; at < lists.start[person + 1]; at++) {
      const viewer = lists.viewers[at];
      if (room[viewer] === 0) continue;
      entries++;
      if (--room[viewer] === 0) first[viewer] = post;
    }
  }
  return { first, entries };
}

function totalEntries(author: Int32Array, { start }: ViewerLists): number {
  return author.reduce((sum, person) => sum + start[person + 1] - start[person], 0);
}
