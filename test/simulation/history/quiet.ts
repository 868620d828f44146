import { DegradedReason, type GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, type PostId, postIdOf, type UserId } from "../../../services/model/ids.ts";
import { RETENTION_MS } from "../../../services/model/limits.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { Life } from "../mesh/network.ts";
import { USERS } from "./steps.ts";

const PAGE_ENTRIES = 3;
const MAX_TRIES = 50;
const RETRY_MS = 500;

interface FullScroll {
  readonly ids: readonly PostId[];
  readonly isBelowFloor: boolean;
}

/** Drains the mesh, and compares the full scroll of every viewer with the naive answer. */
export async function checkQuiet(mesh: Mesh): Promise<void> {
  await mesh.settle();
  for (const viewer of USERS) {
    for (const order of [1, 2] as const) {
      if (mesh.problems.length > 0) return;
      const bound = firstPostIdAt(mesh.env.clock.nowMs() - RETENTION_MS);
      const scroll = await fullScroll(mesh, viewer, order);
      if (scroll) compare(mesh, viewer, scroll, mesh.naive(viewer, bound));
    }
  }
}

function compare(mesh: Mesh, viewer: UserId, scroll: FullScroll, naive: readonly PostId[]): void {
  const { ids, isBelowFloor } = scroll;
  const held = isBelowFloor ? naive.slice(0, ids.length) : naive;
  const lacks = held.filter((id) => !ids.includes(id));
  const extra = ids.filter((id) => !held.includes(id));
  if (lacks.length + extra.length > 0) {
    const nature = isBelowFloor ? "down to the floor" : "to its end";
    mesh.env.report(
      `quiet scroll of ${viewer} ${nature} lacks [${lacks}], has too much [${extra}]`,
    );
  }
  const ring = mesh.ringEntries;
  if (isBelowFloor && mesh.posts.rows.size < ring && mesh.isRoomy)
    mesh.env.report(
      `scroll of ${viewer} ends at a floor, with ${mesh.posts.rows.size} posts in all`,
    );
}

/** Undefined when it never came to an end, which is reported. */
async function fullScroll(
  mesh: Mesh,
  viewer: UserId,
  order: 1 | 2,
): Promise<FullScroll | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const scroll = await tryScroll(mesh, viewer, order);
    if (scroll) return scroll;
    await mesh.advance(RETRY_MS);
    await mesh.settle();
  }
  mesh.env.report(`the timeline of ${viewer} is degraded for ever`);
  return undefined;
}

/** Undefined when a page was degraded. */
async function tryScroll(
  mesh: Mesh,
  viewer: UserId,
  order: 1 | 2,
): Promise<FullScroll | undefined> {
  const ids: PostId[] = [];
  let token = "";
  for (;;) {
    const page = await readPage(mesh, viewer, token, order);
    const faults = page.degraded.filter((reason) => reason !== DegradedReason.BELOW_FLOOR);
    const isRankingLate = faults.every((reason) => reason === DegradedReason.RANKING_UNAVAILABLE);
    if (!isRankingLate) return undefined;
    for (const { postId } of page.entries) {
      const id = postIdOf(postId);
      // The flag on the entry is a hint: BatchGetPosts knows, when a creation comes after the deletion.
      const isHidden = mesh.overtaken.has(id) && mesh.posts.rows.get(id)?.deleted;
      if (!isHidden) ids.push(id);
    }
    const isBelowFloor = page.degraded.includes(DegradedReason.BELOW_FLOOR);
    if (page.nextPageToken === "" || isBelowFloor) {
      return { ids: order === 1 ? ids : newestFirst(ids), isBelowFloor };
    }
    token = page.nextPageToken;
  }
}

function readPage(
  mesh: Mesh,
  viewer: UserId,
  token: string,
  order: 1 | 2,
): Promise<GetTimelineResponse> {
  const timeline = mesh.timelineOf(viewer);
  const serve = () => timeline.parts.page(viewer, PAGE_ENTRIES, token, order);
  return mesh.finish(mesh.env.network.call(new Life(), timeline.life, serve));
}

function newestFirst(ids: readonly PostId[]): PostId[] {
  return [...ids].sort((a, b) => (a > b ? -1 : 1));
}
