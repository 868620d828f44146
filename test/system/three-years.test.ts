/**
 * A timeline that reaches further back than three years, scrolled as people do, by gRPC and by REST, in a mesh
 * whose clocks are half a year ahead: ids begin with 2024, and so posts are there that have left the retention.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GetTimelineRequest, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { identityVariables } from "../../services/gateway/config.ts";
import { loadOrCreateDevelopmentKey } from "../../services/gateway/identity/development-key.ts";
import { issueToken } from "../../services/gateway/identity/issue-token.ts";
import { firstPostIdAt } from "../../services/model/ids.ts";
import { RETENTION_MS } from "../../services/model/limits.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { seededRandom } from "../../services/platform/storage/log/testing/random.ts";
import type { PastPost } from "../../services/post/domain/past-posts.ts";
import { scrapeAll } from "../../tools/mesh/scrape.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { timelineOf } from "../support/mesh/people.ts";
import { type AskPage, scrollIds, scrollPages } from "../support/years/scroll-pages.ts";
import {
  DAY_MS,
  type Habit,
  storePosts,
  textOf,
  visible,
  yearsOfPosts,
} from "../support/years/years-of-posts.ts";

const SHIM = resolve(import.meta.dirname, "../../tools/chaos/clock-shim.ts");
const AHEAD_DAYS = 200;
const MONTH_DAYS = 31;
const EVER = 1_300;
const VIEWER = 1n;
const [NEW_FRIEND, STRANGER] = [20n, 30n];
const FRIENDS = Array.from({ length: 12 }, (_, i) => BigInt(i + 2));
const [DAILY, LATELY, LONG_GONE, BURST] = FRIENDS;

const habit = (author: bigint, postsADay: number, fromDaysAgo = EVER, toDaysAgo = 1): Habit => ({
  author,
  postsADay,
  fromDaysAgo,
  toDaysAgo,
});

const HABITS = [
  habit(DAILY, 1),
  habit(LATELY, 5, 60),
  habit(LONG_GONE, 2, EVER, 800),
  habit(BURST, 400, 540.5, 540),
  ...FRIENDS.slice(4).map((author, i) => habit(author, 1 / 2 ** i)),
  habit(NEW_FRIEND, 0.3),
  habit(STRANGER, 1),
];

let aheadDays = AHEAD_DAYS;
const meshNowMs = () => Date.now() + aheadDays * DAY_MS;
const dataDir = mkdtempSync(join(tmpdir(), "tidings-years-"));
let posts: readonly PastPost[] = yearsOfPosts(HABITS, meshNowMs(), 7);
const friends = new Set(FRIENDS);
let mesh: TestMesh;
let authorization: string;

async function start(): Promise<void> {
  const env = {
    NODE_OPTIONS: `--import ${SHIM}`,
    TIDINGS_CHAOS_AHEAD_MS: String(aheadDays * DAY_MS),
  };
  mesh = await startTestMesh({ dataDir, env, timelines: 2 });
  const { issuer, audience } = readConfig(identityVariables, { TIDINGS_DATA_DIR: dataDir });
  const key = await loadOrCreateDevelopmentKey(dataDir);
  const who = { userId: VIEWER, issuer, audience };
  const token = await issueToken(key, { ...who, nowMs: meshNowMs(), lifeMs: DAY_MS });
  authorization = `Bearer ${token}`;
}

beforeAll(async () => {
  await storePosts(dataDir, posts);
  await start();
  for (const friendId of FRIENDS) await mesh.friends.addFriend({ userId: VIEWER, friendId });
}, 120_000);
afterAll(() => mesh?.end());

const expected = () => visible(posts, friends, meshNowMs() - RETENTION_MS);

function byGrpc(limit: number, order: TimelineOrder = 1, fromTimeMs = 0n): AskPage {
  return async (pageToken) => {
    const asked = { viewerId: VIEWER, limit, pageToken, order, fromTimeMs };
    const request = GetTimelineRequest.fromPartial(asked);
    const page = await timelineOf(mesh, VIEWER).getTimeline(request);
    const postIds = page.entries.map(({ postId }) => postId);
    return { postIds, next: page.nextPageToken, degraded: page.degraded };
  };
}

interface RestPage {
  readonly entries: readonly { readonly post_id: string; readonly text?: string }[];
  readonly next_page_token?: string;
  readonly degraded?: readonly string[];
}

function byRest(query: string): AskPage {
  return async (token) => {
    const from = token && `&page_token=${encodeURIComponent(token)}`;
    const url = `http://${mesh.host}:${mesh.ports.gateway}/v1/timeline?${query}${from}`;
    const answer = await fetch(url, { headers: { authorization } });
    expect(answer.status).toBe(200);
    const page = (await answer.json()) as RestPage;
    for (const { post_id, text } of page.entries)
      if (query.includes("include=posts")) expect(text).toBe(textOf(BigInt(post_id)));
    const { next_page_token: next = "", degraded = [] } = page;
    return { postIds: page.entries.map(({ post_id }) => BigInt(post_id)), next, degraded };
  };
}

test("whoever comes for the first time has the newest page at once, whole", async () => {
  const page = await byGrpc(20)("");
  expect(page).toMatchObject({ postIds: expected().slice(0, 20), degraded: [] });
});

test.each<[string, () => AskPage]>([
  ["gRPC, 20 a page", () => byGrpc(20)],
  ["gRPC, 200 a page", () => byGrpc(200)],
  ["REST, with texts", () => byRest("include=posts&limit=100")],
  ["REST, ids", () => byRest("limit=37")],
])(
  "a scroll has three years, each post once, and ends there: %s",
  async (_, ask) => {
    expect(await scrollIds(ask())).toEqual(expected());
  },
  120_000,
);

test.each<[string, () => AskPage]>([
  ["gRPC", () => byGrpc(50, TimelineOrder.RANKED)],
  ["REST", () => byRest("limit=50&order=ranked")],
])(
  "a ranked scroll has the same, by %s",
  async (_, ask) => {
    const ids = await scrollIds(ask());
    expect(ids.toSorted((a, b) => (a > b ? -1 : 1))).toEqual(expected());
  },
  120_000,
);

test("from_time reaches any day at once", async () => {
  const random = seededRandom(11);
  const all = expected();
  for (let day = 0; day < 40; day++) {
    const timeMs = Math.floor(meshNowMs() - random() * RETENTION_MS);
    const below = all.filter((id) => id < firstPostIdAt(timeMs)).slice(0, 20);
    const page = (ask: AskPage) => scrollPages(ask).next();
    expect((await page(byGrpc(20, 1, BigInt(timeMs)))).value).toMatchObject({ postIds: below });
    const rest = byRest(`limit=20&from_time=${new Date(timeMs).toISOString()}`);
    expect((await page(rest)).value).toMatchObject({ postIds: below });
  }
}, 120_000);

/** Ids of the pages to the end, with something happening after so many of them. */
async function scrollAmid(ask: AskPage, after: number, happen: (lowest: bigint) => Promise<void>) {
  const above: bigint[] = [];
  let token = "";
  for await (const { postIds, next } of scrollPages(ask)) {
    above.push(...postIds);
    token = next;
    if (--after === 0) break;
  }
  const lowest = above.at(-1) ?? 0n;
  await happen(lowest);
  return { lowest, above, below: await scrollIds(ask, token) };
}

test("what is deleted amid a scroll is not below, and all else is", async () => {
  const all = expected();
  const authors = new Map(
    posts.map(({ postId, authorId }): [bigint, bigint] => [postId, authorId]),
  );
  const gone = new Set<bigint>();
  const { lowest, below } = await scrollAmid(byGrpc(50), 4, async (at) => {
    for (const postId of all.filter((id, i) => id < at && i % 17 === 0)) {
      await mesh.posts.deletePost({ postId, authorId: authors.get(postId) ?? 0n });
      gone.add(postId);
    }
    await mesh.settle();
  });
  posts = posts.filter(({ postId }) => !gone.has(postId));
  expect(gone.size).toBeGreaterThan(100);
  expect(below).toEqual(all.filter((id) => id < lowest && !gone.has(id)));
}, 120_000);

test("a friend who is made amid a scroll is below from the answer on, and one who is lost is not", async () => {
  const { lowest, below } = await scrollAmid(byRest("limit=50"), 5, async () => {
    await mesh.friends.addFriend({ userId: VIEWER, friendId: NEW_FRIEND });
    await mesh.friends.removeFriend({ userId: VIEWER, friendId: DAILY });
    // An owner that is too busy to be told before the answer is counted, and hears of it a little later.
    const { friend = "" } = Object.fromEntries(await scrapeAll(mesh, PATIENT.defaultDeadlineMs));
    if (!/^tidings_friend_untold_changes_total\S* 0$/m.test(friend)) await mesh.settle();
  });
  friends.add(NEW_FRIEND);
  friends.delete(DAILY);
  expect(below).toEqual(expected().filter((id) => id < lowest));
  expect(await scrollIds(byGrpc(200))).toEqual(expected());
}, 120_000);

test.each(["timeline-0", "timeline-1", "post", "friend"])(
  "a scroll goes on by its tokens though %s was killed amid it",
  async (label) => {
    const { lowest, above, below } = await scrollAmid(byGrpc(50), 6, async () => {
      await mesh.kill(label, "SIGKILL");
      await mesh.restart(label);
    });
    expect(above).toEqual(expected().filter((id) => id >= lowest));
    expect(below).toEqual(expected().filter((id) => id < lowest));
  },
  120_000,
);

test("who comes back after a month has the newest page at once, whole, and all below it", async () => {
  await mesh.settle();
  // What the sweeper does after 14 days.
  for (const timeline of mesh.timelines)
    await timeline.deactivateTimelines({ viewerIds: [VIEWER] }).catch(() => {});
  await mesh.stop();
  const wereMs = meshNowMs();
  aheadDays += MONTH_DAYS;
  const month = FRIENDS.slice(1, 9).map((author) => habit(author, 3, MONTH_DAYS, 0));
  const meanwhile = yearsOfPosts(month, meshNowMs() - 600_000, 8).filter(
    ({ postId }) => postId > firstPostIdAt(wereMs),
  );
  await storePosts(dataDir, meanwhile);
  posts = [...posts, ...meanwhile];
  await start();
  const page = await byGrpc(20)("");
  expect(page).toMatchObject({ postIds: expected().slice(0, 20), degraded: [] });
  expect(await scrollIds(byRest("limit=100&include=posts"))).toEqual(expected());
}, 180_000);
