import { DegradedReason, type GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, type PostId, postIdOf, type UserId } from "../../../services/model/ids.ts";
import { RETENTION_MS } from "../../../services/model/limits.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { Life } from "../mesh/network.ts";
import { UNTOLD_KEPT_MS } from "../mesh/timeline-reading.ts";
import { USERS } from "./steps.ts";

const PAGE_ENTRIES = 3;
const MAX_TRIES = 50;
const RETRY_MS = 500;

/** Drains the mesh, and compares the full scroll of every viewer with the naive answer. */
export async function checkQuiet(mesh: Mesh): Promise<void> {
  await mesh.settle();
  await mesh.advance(UNTOLD_KEPT_MS);
  for (const viewer of USERS) {
    for (const order of [1, 2] as const) {
      if (mesh.problems.length > 0) return;
      const scroll = await fullScroll(mesh, viewer, order);
      if (scroll) compareWithTruth(mesh, viewer, scroll, "quiet");
    }
  }
}

/** Reports what a full scroll lacks, or has too much. */
export function compareWithTruth(
  mesh: Mesh,
  viewer: UserId,
  ids: readonly PostId[],
  when: string,
): void {
  const naive = mesh.naive(viewer, firstPostIdAt(mesh.env.clock.nowMs() - RETENTION_MS));
  const lacks = naive.filter((id) => !ids.includes(id));
  const extra = ids.filter((id) => !naive.includes(id));
  if (lacks.length + extra.length === 0) return;
  mesh.env.report(`${when}: a scroll of ${viewer} lacks [${lacks}], has too much [${extra}]`);
}

/** Undefined when it never came to an end, which is reported. */
async function fullScroll(
  mesh: Mesh,
  viewer: UserId,
  order: 1 | 2,
): Promise<readonly PostId[] | undefined> {
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
export async function tryScroll(
  mesh: Mesh,
  viewer: UserId,
  order: 1 | 2,
): Promise<readonly PostId[] | undefined> {
  const ids: PostId[] = [];
  let token = "";
  for (;;) {
    const page = await readPage(mesh, { viewer, token, order, limit: PAGE_ENTRIES });
    const { RANKING_UNAVAILABLE } = DegradedReason;
    if (page.degraded.some((reason) => reason !== RANKING_UNAVAILABLE)) return undefined;
    for (const { postId } of page.entries) {
      const id = postIdOf(postId);
      // The flag on the entry is a hint where no index tells, and BatchGetPosts knows.
      const isHidden = mesh.overtaken.has(id) && mesh.posts.rows.get(id)?.deleted;
      if (!isHidden) ids.push(id);
    }
    if (page.nextPageToken !== "" && page.nextPageToken === token)
      mesh.env.report(`a page of ${viewer} that lacks nothing repeats its token`);
    if (page.nextPageToken === "" || page.nextPageToken === token)
      return order === 1 ? ids : newestFirst(ids);
    token = page.nextPageToken;
  }
}

interface AskedPage {
  readonly viewer: UserId;
  readonly token: string;
  readonly order: 1 | 2;
  readonly limit: number;
}

/** Whoever serves this viewer now. */
export function readPage(
  mesh: Mesh,
  { viewer, token, order, limit }: AskedPage,
): Promise<GetTimelineResponse> {
  const timeline = mesh.timelineOf(viewer);
  const serve = () => timeline.parts.page(viewer, limit, token, order);
  return mesh.finish(mesh.env.network.call(new Life(), timeline.life, serve));
}

function newestFirst(ids: readonly PostId[]): PostId[] {
  return [...ids].sort((a, b) => (a > b ? -1 : 1));
}
