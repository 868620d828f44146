import { pairsOf } from "../../../../../model/wire/id-pairs.ts";
import type { LogHeads, LogNews, PostLogRow } from "../../../../ports.ts";
import { joinHalves, maxId } from "../../../halves.ts";
import { createEntryWindow } from "../../../page/entry-window.ts";
import { NewestFirst } from "../../newest-first.ts";
import { RecentIndex } from "../../recent-index.ts";
import { ABOVE_ALL_IDS } from "../generation-track.ts";
import { LogFollower, type LogRequest, type TakenRows } from "../log-follower.ts";
import type { LogWorld } from "./log-world.ts";
import { NewsOnTheWay } from "./news-on-the-way.ts";
import { type Change, postAt } from "./relay-process.ts";

/** How an owner may be wrong. */
export type FollowerFault =
  | "claims down to the lowest id it has read"
  | "follows the living only"
  | "does not wait for the heads"
  | "takes ids as they come"
  | "takes lost rows for empty ones"
  | "takes what it hears for contiguous"
  | "takes the heads that it heard for those of the log";

const AUTHORS = Array.from({ length: 6 }, (_, i) => BigInt(i + 1));
const LIMIT = 3;
const MOST_IN_VAIN = 100;
const NO_IDS = new Uint32Array(0);

/** Asked for when so much had been published, and had been shown by any owner. */
interface Fill {
  readonly heads: LogHeads;
  readonly publishedCount: number;
  readonly shownCount: number;
}

/** What was read of the directory, on its way. */
interface Look {
  readonly seen: LogHeads;
  readonly fill: Fill;
}

/** An owner: a follower and its index, and what it could be asked for. */
export class FollowerProcess {
  readonly #world: LogWorld;
  readonly #fault: FollowerFault | undefined;
  readonly #maxBytes: number;
  readonly #follower = new LogFollower(6);
  readonly #index: RecentIndex;
  /** As they came, for the fault that does so. */
  readonly #arrivals: Change[] = [];
  #request: LogRequest | undefined;
  #answer: readonly PostLogRow[] = [];
  #fills: Fill[] = [];
  readonly #looks: Look[] = [];
  readonly #news: NewsOnTheWay;
  /** Of each generation, the highest that was heard of. */
  readonly #heard = new Map<bigint, LogNews["head"]>();

  constructor(world: LogWorld, fault?: FollowerFault) {
    this.#world = world;
    this.#fault = fault;
    this.#news = new NewsOnTheWay(world);
    const tableBytes = new RecentIndex(0).stats().bytes;
    this.#maxBytes = world.chance(0.5) ? 2 ** 20 : tableBytes + 600;
    this.#index = new RecentIndex(this.#maxBytes, { slabShift: 2 });
  }

  get since(): bigint {
    return maxId(this.#follower.since, this.#index.since);
  }

  get hasRoom(): boolean {
    return !this.#index.isFull;
  }

  /** One step: a request goes out, or its answer, as old as it may be by now, comes in. */
  step(): void {
    const news = this.#world.chance(0.4) ? this.#news.step() : undefined;
    if (news) this.#hear(news);
    else if (this.#request) this.#take(this.#request);
    else if (this.#world.chance(0.3)) {
      this.#look();
      // There may be two at once, and the earlier answer may come later.
      if (this.#world.chance(0.8)) this.#answerLook();
    } else this.#ask();
    this.#checkFills();
  }

  /** Reads until there is nothing more to read. */
  drain(): void {
    if (this.#request) this.#take(this.#request);
    this.#look();
    while (this.#looks.length > 0) this.#answerLook();
    for (let inVain = 0; ; ) {
      this.#ask();
      if (!this.#request) break;
      inVain = this.#answer.length > 0 ? 0 : inVain + 1;
      if (inVain > MOST_IN_VAIN) throw new Error("rows are known of that nobody has");
      this.#take(this.#request);
    }
    this.#checkFills();
    if (this.#fills.length > 0) throw new Error("not through the heads when there is nothing more");
  }

  /** A fill begins: what was published by now must be in the index once it is through these heads. */
  #look(): void {
    const all = this.#world.heads();
    const living = this.#world.processes.filter(({ isAlive }) => isAlive);
    const isLiving = (generation: bigint) => living.some((one) => one.generation === generation);
    const isBlind = this.#fault === "follows the living only";
    const heads = isBlind ? all.heads.filter((head) => isLiving(head.generation)) : all.heads;
    const isCredulous = this.#fault === "takes the heads that it heard for those of the log";
    const fill = {
      heads: { ...all, heads: isCredulous ? [...this.#heard.values()] : heads },
      publishedCount: this.#world.published.length,
      shownCount: this.#world.shown.length,
    };
    this.#looks.push({ seen: { ...all, heads }, fill });
  }

  #answerLook(): void {
    const [look] = this.#looks.splice(this.#world.below(this.#looks.length), 1);
    if (!look) return;
    this.#follower.sawHeads(look.seen);
    this.#fills.push(look.fill);
  }

  #hear(news: LogNews): void {
    const { head } = news;
    const known = this.#heard.get(head.generation);
    if (!known || known.seq < head.seq) this.#heard.set(head.generation, head);
    const isBold = this.#fault === "takes what it hears for contiguous";
    this.#insert(this.#follower.heard(isBold ? this.#padded(news) : news));
  }

  /** As if there had been nothing in between. */
  #padded({ head, rows }: LogNews): LogNews {
    const [tail] = this.#follower.tails(new Set([head.generation]));
    const from = (tail?.place.seq ?? 0) + 1;
    const count = Math.max(0, (rows.at(0)?.seq ?? 0) - from);
    const nothing = { highestBefore: 0n, authors: NO_IDS, posts: NO_IDS };
    const place = { bucket: head.bucket, previousBucket: head.bucket };
    const pads = Array.from({ length: count }, (_, i) => ({ ...place, ...nothing, seq: from + i }));
    return { head, rows: [...pads, ...rows] };
  }

  #ask(): void {
    const follower = this.#follower;
    const requests = [...follower.missing()];
    const past = follower.past(this.#index.since);
    if (past) requests.push(past);
    this.#request = requests[this.#world.below(requests.length)];
    if (!this.#request) return;
    const { generation, place, direction } = this.#request;
    this.#answer = this.#world[direction](generation, place, LIMIT);
  }

  #take(request: LogRequest): void {
    this.#request = undefined;
    const isBold = this.#fault === "claims down to the lowest id it has read";
    const answer = isBold ? this.#answer.map(boldly) : this.#answer;
    const isBlind = this.#fault === "takes lost rows for empty ones";
    const seen = isBlind ? answer.map(blindly) : answer;
    this.#insert(this.#follower.took(request, seen));
  }

  #insert({ rows, direction }: TakenRows): void {
    for (const row of rows) {
      this.#index.insertAll(row.authors, row.posts, direction);
      for (let i = 0; i < row.posts.length / 2; i++) {
        const post = postAt(row, i);
        this.#arrivals.unshift({ post, author: 0n, isDeleted: false });
        this.#world.shown.push(post);
      }
    }
  }

  #checkFills(): void {
    this.#fills = this.#fills.filter((fill) => {
      const isThrough = this.#follower.isThrough(fill.heads);
      if (isThrough || this.#fault === "does not wait for the heads") this.#check(fill);
      return !isThrough;
    });
  }

  /** A page of everything down to the claim shows all that was published, or shown by anybody, newest first. */
  #check({ publishedCount, shownCount }: Fill): void {
    const { since } = this;
    const published = this.#world.published.slice(0, publishedCount);
    const shown = this.#page(since);
    const held = new Set(shown);
    const deleted = new Set(published.filter((one) => one.isDeleted).map(({ post }) => post));
    const known = [...published.map(({ post }) => post), ...this.#world.shown.slice(0, shownCount)];
    for (const post of new Set(known)) {
      if (post < since || deleted.has(post) || held.has(post)) continue;
      if (this.#world.isBeingDeleted(post)) continue;
      throw new Error(`post ${post} is missing, and all from ${since} on is claimed`);
    }
    for (let i = 1; i < shown.length; i++) {
      if (shown[i] >= shown[i - 1]) throw new Error(`${shown[i]} comes after ${shown[i - 1]}`);
    }
    const wrong = shown.find((post) => deleted.has(post));
    if (wrong !== undefined) throw new Error(`post ${wrong} is shown, and it was deleted`);
  }

  #page(since: bigint): bigint[] {
    if (this.#fault === "takes ids as they come") return this.#arrivals.map(({ post }) => post);
    const window = createEntryWindow(1_000);
    const newest = new NewestFirst(this.#index, 1_000);
    newest.start(0n, since, 1_000);
    newest.offer(pairsOf(AUTHORS));
    newest.finish(window);
    return Array.from({ length: window.count }, (_, i) =>
      joinHalves(window.postHigh[i], window.postLow[i]),
    );
  }
}

function blindly(row: PostLogRow): PostLogRow {
  return row.posts.length === 0 ? { ...row, highestBefore: 0n } : row;
}

function boldly(row: PostLogRow): PostLogRow {
  const posts = Array.from({ length: row.posts.length / 2 }, (_, i) => postAt(row, i));
  return { ...row, highestBefore: posts.reduce((a, b) => (a < b ? a : b), ABOVE_ALL_IDS) - 1n };
}
