import { DegradedReason, type GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import {
  firstPostIdAt,
  POST_EPOCH_MS,
  type PostId,
  postIdOf,
  type UserId,
  userIdOf,
} from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { RETENTION_MS } from "../../../services/model/limits.ts";
import { decodeCursor } from "../../../services/timeline/domain/cursor/decode-cursor.ts";
import { highHalf, joinHalves, lowHalf } from "../../../services/timeline/domain/halves.ts";
import { createEntryWindow } from "../../../services/timeline/domain/page/entry-window.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { Life } from "../mesh/network.ts";
import type { TimelineProcess } from "../mesh/timeline-process.ts";

const CHRONOLOGICAL = 1;
const RANKED = 2;
const MORE_THAN_A_RING = 300;

/**
 * One scroll, page by page, while the mesh goes on. It checks what holds during traffic: ids strictly
 * fall, and what was readable when the scroll began and still is visible is on the page where it
 * belongs, unless a page named a source as degraded.
 */
export class Reader {
  readonly viewer: UserId;
  isBusy = false;
  isOver = false;
  readonly #mesh: Mesh;
  readonly #isRanked: boolean;
  #token = "";
  /** No page of it has named anything that it may lack. */
  #isAllWhole = true;
  /** Ids below this one are still to come; 0: all. */
  #position = 0n;
  readonly #seen = new Set<PostId>();
  /** Readable since the scroll began, and visible ever since. */
  #promised: Map<PostId, UserId> | undefined;
  /** Who was known to be no friend any more when the page was asked for. */
  #ended: ReadonlyMap<UserId, number> = new Map();

  constructor(mesh: Mesh, viewer: UserId, isRanked: boolean) {
    this.#mesh = mesh;
    this.viewer = viewer;
    this.#isRanked = isRanked;
  }

  /** Asks for the next page. A page that is degraded is asked for again, if `isPatient`. */
  async read(limit: number, isPatient: boolean): Promise<void> {
    const mesh = this.#mesh;
    if (this.isBusy || this.isOver) return;
    this.isBusy = true;
    try {
      const page = await this.#ask(limit);
      if (!page) return;
      for (const reason of page.degraded) mesh.env.note(`a page says ${reasonName(reason)}`);
      const isWhole = page.degraded.length === 0;
      if (!isWhole && isPatient) return;
      this.#check(page, isWhole);
      this.#token = page.nextPageToken;
      this.isOver = this.#token === "";
    } finally {
      this.isBusy = false;
    }
  }

  /** No longer to be shown: what is hidden later was not visible all the time. */
  deleted(post: PostId): void {
    this.#promised?.delete(post);
  }

  unfriended(viewer: UserId, friend: UserId): void {
    if (viewer !== this.viewer || !this.#promised) return;
    for (const [post, author] of this.#promised) if (author === friend) this.#promised.delete(post);
  }

  #isEnded(author: UserId): boolean {
    const version = this.#ended.get(author);
    return version !== undefined && this.#mesh.friends.isStillEnded(this.viewer, author, version);
  }

  /** Undefined when nobody answered. */
  #ask(limit: number): Promise<GetTimelineResponse | undefined> {
    const mesh = this.#mesh;
    const token = this.#token;
    const { viewer } = this;
    const timeline = mesh.timelineOf(viewer);
    const order = this.#isRanked ? RANKED : CHRONOLOGICAL;
    const serve = () => {
      const readable = readableNow(mesh, timeline, viewer);
      this.#ended = mesh.friends.toldEnded(viewer);
      const page = timeline.parts.page(viewer, limit, token, order);
      // A page that waited for others is of another moment.
      if (token === "") {
        this.#promised = page instanceof Promise && !this.#isRanked ? undefined : readable;
        this.#isAllWhole = true;
      }
      return page;
    };
    return mesh.env.network.call(new Life(), timeline.life, serve).catch(() => undefined);
  }

  #check(page: GetTimelineResponse, isWhole: boolean): void {
    const { env, posts } = this.#mesh;
    const fail = (problem: string) => env.report(`scroll of ${this.viewer}: ${problem}`);
    const { nextPageToken: next } = page;
    if (isWhole && next !== "" && next === this.#token) fail("a whole page repeats its token");
    for (const { postId, authorId } of page.entries) {
      const id = postIdOf(postId);
      if (this.#seen.has(id)) fail(`shows ${id} twice`);
      if (!this.#isRanked && this.#position !== 0n && id >= this.#position)
        fail(`shows ${id} at ${this.#position}: ids must fall`);
      if (!this.#isRanked) this.#position = id;
      if (posts.rows.get(id)?.authorId !== authorId) fail(`shows ${id}, which is no post`);
      if (isWhole && this.#isEnded(userIdOf(authorId))) fail(`shows ${id} of who is no friend`);
      this.#seen.add(id);
    }
    if (this.#isRanked) this.#checkRanked(page, fail);
    else this.#checkByTime(next, isWhole, fail);
  }

  #checkByTime(next: string, isWhole: boolean, fail: (problem: string) => void): void {
    const lowest = positionOf(next, this.viewer);
    for (const id of this.#promised?.keys() ?? []) {
      if (id < lowest) continue;
      if (isWhole) this.#mesh.env.note("a promised entry is looked for");
      if (isWhole && !this.#seen.has(id)) fail(`passed ${id} by, which was readable at its start`);
      present(this.#promised).delete(id);
    }
    if (lowest !== 0n) this.#position = lowest;
  }

  /** Its ids stand in any order, so what it passed by shows at its end. */
  #checkRanked(
    { degraded, nextPageToken }: GetTimelineResponse,
    fail: (problem: string) => void,
  ): void {
    const { RANKING_UNAVAILABLE } = DegradedReason;
    if (degraded.some((reason) => reason !== RANKING_UNAVAILABLE)) this.#isAllWhole = false;
    if (nextPageToken !== "" || !this.#isAllWhole) return;
    for (const id of this.#promised?.keys() ?? []) {
      this.#mesh.env.note("a promised entry of a ranked scroll is looked for");
      if (!this.#seen.has(id)) fail(`ended ranked without ${id}, which was readable at its start`);
    }
  }
}

function reasonName(reason: DegradedReason): string {
  return present(Object.entries(DegradedReason).find(([, value]) => value === reason))[0];
}

/** The id that a cursor goes on below. */
export function positionOf(token: string, viewer: UserId): bigint {
  if (token === "") return 0n;
  const position = decodeCursor(token, viewer, "page_token");
  return position.kind === "chronological" ? position.before : 0n;
}

const window = createEntryWindow(MORE_THAN_A_RING);

/**
 * What the owner can show at this moment, by the truth too: not deleted, by a friend of whom no event
 * is on its way. Undefined when the owner itself would have to ask somebody.
 */
export function readableNow(
  mesh: Mesh,
  { parts }: TimelineProcess,
  viewer: UserId,
): Map<PostId, UserId> | undefined {
  const state = parts.store.state(viewer);
  const friends = parts.friendSet(viewer);
  if (state.kind !== "complete" || !friends) return undefined;
  const bound = firstPostIdAt(Math.max(POST_EPOCH_MS, mesh.env.clock.nowMs() - RETENTION_MS));
  const readable = new Map<PostId, UserId>();
  parts.store.read(viewer, 0n, window);
  const settled = new Map<UserId, boolean>();
  for (let i = 0; i < window.count; i++) {
    const id = postIdOf(joinHalves(window.postHigh[i], window.postLow[i]));
    const author = userIdOf(joinHalves(window.authorHigh[i], window.authorLow[i]));
    const isHidden = window.deleted[i] !== 0 || id < bound || id < state.floor;
    if (isHidden || mesh.posts.rows.get(id)?.deleted) continue;
    if (!friends.has(highHalf(author), lowHalf(author))) continue;
    const isSettled = settled.getOrInsertComputed(
      author,
      () => mesh.friends.areFriends(viewer, author) && !mesh.hasFriendEvent(viewer, author),
    );
    if (isSettled) readable.set(id, author);
  }
  return readable;
}
