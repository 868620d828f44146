import { expect, it } from "vitest";
import { POST_EPOCH_MS } from "../model/ids.ts";
import { present } from "../model/invariant.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { appendOf } from "./testing/world.ts";

const VIEWER = 1n;
const START_MS = POST_EPOCH_MS + 1e10;

async function populated(count: number) {
  const timeline = await startTimeline({});
  timeline.world.befriend(VIEWER, 2n);
  for (let i = 0; i < count; i++) timeline.world.post(2n, START_MS + 1_000 * i);
  // The first read fills the timeline.
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 10 }));
  return { timeline, page };
}

it("counts what a page would show above an entry", async () => {
  const { timeline, page } = await populated(30);
  await using _ = timeline;
  const { client, world, store } = timeline;
  const unread = async (sinceCursor: string) => {
    const { count, degraded } = await client.countUnread({ viewerId: VIEWER, sinceCursor });
    if (sinceCursor !== "") expect(degraded).toEqual([]);
    return count;
  };
  expect(await unread(page.entries[0].cursor)).toBe(0);
  expect(await unread(page.entries[7].cursor)).toBe(7);
  expect(await unread("")).toBe(30);
  world.post(2n, START_MS + 1e6);
  await store.append(appendOf(present(world.posts.at(-1)), [VIEWER]));
  world.post(9n, START_MS + 2e6);
  await store.append(appendOf(present(world.posts.at(-1)), [VIEWER]));
  expect(await unread(page.entries[0].cursor)).toBe(1);
});

it("refuses a cursor of somebody else, and one that is none", async () => {
  const { timeline, page } = await populated(3);
  await using _ = timeline;
  const since = (viewerId: bigint, sinceCursor: string) =>
    timeline.client.countUnread({ viewerId, sinceCursor });
  const expected = { code: "INVALID_ARGUMENT", message: expect.stringContaining("since_cursor") };
  await expect(since(2n, page.entries[0].cursor)).rejects.toMatchObject(expected);
  await expect(since(VIEWER, "x")).rejects.toMatchObject(expected);
});
