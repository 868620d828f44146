import { pairsOf } from "../../../../../model/wire/id-pairs.ts";
import type { LogHeads, PostLogRow } from "../../../../ports.ts";
import { joinHalves, maxId } from "../../../halves.ts";
import { createEntryWindow } from "../../../page/entry-window.ts";
import { NewestFirst } from "../../newest-first.ts";
import { RecentIndex } from "../../recent-index.ts";
import { LogFollower, type LogRequest } from "../log-follower.ts";
import { type Change, type LogWorld, postAt } from "./log-world.ts";

/** How an owner may be wrong. */
export type FollowerFault =
  | "claims down to the lowest id it has read"
  | "follows the living only"
  | "does not wait for the heads"
  | "takes ids as they come"
  | "takes lost rows for empty ones";

const AUTHORS = Array.from({ length: 6 }, (_, i) => BigInt(i + 1));
const LIMIT = 3;

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
  #fills: { readonly heads: LogHeads; readonly publishedCount: number }[] = [];

  constructor(world: LogWorld, fault?: FollowerFault) {
    this.#world = world;
    this.#fault = fault;
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
    if (this.#request) this.#take(this.#request);
    else if (this.#world.chance(0.3)) this.#look();
    else this.#ask();
    this.#checkFills();
  }

  /** Reads until there is nothing more to read. */
  drain(): void {
    if (this.#request) this.#take(this.#request);
    this.#look();
    for (;;) {
      this.#ask();
      if (!this.#request) break;
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
    this.#follower.sawHeads({ ...all, heads });
    this.#fills.push({ heads: { ...all, heads }, publishedCount: this.#world.published.length });
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
    const { rows, direction } = this.#follower.took(request, seen);
    for (const row of rows) {
      this.#index.insertAll(row.authors, row.posts, direction);
      for (let i = 0; i < row.posts.length / 2; i++) {
        this.#arrivals.unshift({ post: postAt(row, i), author: 0n, isDeleted: false });
      }
    }
  }

  #checkFills(): void {
    this.#fills = this.#fills.filter(({ heads, publishedCount }) => {
      if (!this.#follower.isThrough(heads)) {
        if (this.#fault === "does not wait for the heads") this.#check(publishedCount);
        return true;
      }
      this.#check(publishedCount);
      return false;
    });
  }

  /** A page of everything down to the claim shows all that was published, newest first. */
  #check(publishedCount: number): void {
    const { since } = this;
    const published = this.#world.published.slice(0, publishedCount);
    const shown = this.#page(since);
    const held = new Set(shown);
    const deleted = new Set(published.filter((one) => one.isDeleted).map(({ post }) => post));
    for (const { post } of published) {
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
  return { ...row, highestBefore: posts.reduce((a, b) => (a < b ? a : b)) - 1n };
}
