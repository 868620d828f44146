import { expect } from "vitest";
import { POST_EPOCH_MS } from "../../model/ids.ts";
import { pageOf, type StartedTimeline } from "./start-timeline.ts";

/** Of whom `populate` tells. */
export const VIEWER = 1n;
export const START_MS = POST_EPOCH_MS + 1e10;

/** The viewer has two friends, and there is a stranger; each writes `count` posts. */
export function populate({ world }: StartedTimeline, count: number): void {
  world.befriend(VIEWER, 2n);
  world.befriend(VIEWER, 3n);
  for (let i = 0; i < count; i++)
    for (const author of [2n, 3n, 4n]) world.post(author, START_MS + i);
}

/** All pages of the viewer, to the end, none of them degraded. */
export async function scroll(timeline: StartedTimeline, limit: number, order: 1 | 2 = 1) {
  const ids: bigint[] = [];
  let pageToken = "";
  do {
    const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit, pageToken, order }));
    expect(page.degraded).toEqual([]);
    ids.push(...page.entries.map(({ postId }) => postId));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return ids;
}
