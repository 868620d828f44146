import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { POST_EPOCH_MS } from "../model/ids.ts";
import { present } from "../model/invariant.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { EmbeddedEntryStore } from "./adapters/log/embedded-entry-store.ts";
import { joinHalves } from "./domain/halves.ts";
import { createEntryWindow } from "./domain/page/entry-window.ts";
import { MIN_RING_ENTRIES } from "./domain/rings/ring-memory.ts";
import { type QuietTimeline, quietTimeline } from "./testing/quiet-timeline.ts";

const VIEWER = 1n;
const AUTHORS = [2n, 3n, 4n, 5n];
const author = fc.constantFrom(...AUTHORS);

type Step =
  | {
      readonly kind: "post";
      readonly author: bigint;
      readonly atMs: number;
      readonly times: number;
    }
  | { readonly kind: "delete"; readonly nth: number }
  | { readonly kind: "befriend" | "unfriend" | "rumour"; readonly author: bigint }
  | { readonly kind: "lapse" }
  | { readonly kind: "page"; readonly limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("post" as const),
      author,
      atMs: fc.nat(1_000),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), nth: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("befriend" as const, "unfriend" as const, "rumour" as const),
      author,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "lapse" as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("page" as const),
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

/** Carries out a step that is no page. */
async function act(timeline: QuietTimeline, action: Step): Promise<void> {
  const { world } = timeline;
  if (action.kind === "post") {
    world.post(action.author, POST_EPOCH_MS + 1e6 + action.atMs);
    for (let i = 0; i < action.times; i++) await timeline.deliver(present(world.posts.at(-1)));
  } else if (action.kind === "delete") {
    if (world.posts.length === 0) return;
    const post = world.posts[action.nth % world.posts.length];
    world.deleted.add(post.postId);
    await timeline.deliver(post, true);
  } else if (action.kind === "lapse") {
    await timeline.fills.lapse([VIEWER as never]);
  } else if (action.kind !== "page") {
    if (action.kind === "befriend") world.befriend(VIEWER, action.author);
    if (action.kind === "unfriend") world.unfriend(VIEWER, action.author);
    await timeline.tellOfFriend(VIEWER, action.author);
  }
}

/** The ids that a viewer could see at this moment. */
function readable({ store, world }: QuietTimeline): Set<bigint> {
  const window = createEntryWindow(1_000);
  store.read(VIEWER as never, 0n, window);
  const ids = Array.from({ length: window.count }, (_, i) =>
    joinHalves(window.postHigh[i], window.postLow[i]),
  );
  const visible = new Set(world.naive(VIEWER));
  return new Set(ids.filter((id) => visible.has(id)));
}

/** Runs the steps as one scroll; the pages in between must keep the promises of rule 5.3. */
async function checkScroll(timeline: QuietTimeline, steps: readonly Step[]): Promise<void> {
  let token: string | undefined;
  let throughout = new Set<bigint>();
  let seen: bigint[] = [];
  let isDegraded = false;
  for (const action of steps) {
    if (action.kind !== "page") {
      await act(timeline, action);
      throughout = throughout.intersection(readable(timeline));
      continue;
    }
    const page = await timeline.page(VIEWER, action.limit, token ?? "");
    if (token === undefined) {
      throughout = readable(timeline);
      seen = [];
      isDegraded = false;
    }
    for (const { postId } of page.entries) {
      expect(seen.length === 0 || postId < present(seen.at(-1))).toBe(true);
      seen.push(postId);
    }
    isDegraded ||= page.degraded.length > 0;
    const isEnd = page.nextPageToken === "";
    if (isEnd && !isDegraded) for (const id of throughout) expect(seen).toContain(id);
    token = isEnd ? undefined : page.nextPageToken;
  }
}

/** A scroll of a quiet timeline, to its end. */
async function fullScroll(timeline: QuietTimeline): Promise<bigint[]> {
  const ids: bigint[] = [];
  let token = "";
  do {
    const page = await timeline.page(VIEWER, 3, token);
    expect(page.degraded).toEqual([]);
    ids.push(...page.entries.map(({ postId }) => postId));
    token = page.nextPageToken;
  } while (token !== "");
  return ids;
}

async function checkRun(timeline: QuietTimeline, steps: readonly Step[]): Promise<void> {
  timeline.world.befriend(VIEWER, 2n);
  await checkScroll(timeline, steps);
  const scrolled = await fullScroll(timeline);
  // What is deleted is known to who reads the texts; the flag on the entry may never come.
  const ids = scrolled.filter((id) => !timeline.world.deleted.has(id));
  expect(ids).toEqual(timeline.world.naive(VIEWER));
  await timeline.close();
}

const steps = fc.array(step, { minLength: 5, maxLength: 60 });

it.each([
  ["that hold all", 1_000],
  ["that evict", 8],
])(
  "scrolls keep their promises over rings %s, and quiet ones equal the naive answer",
  async (_, ringEntries) => {
    await fc.assert(
      fc.asyncProperty(steps, (run) => checkRun(quietTimeline(ringEntries), run)),
      { numRuns: 150 },
    );
  },
);

it("scrolls keep the same promises over the embedded store", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-scroll-"));
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      const store = await openEmbedded(join(folder, String(runs++)));
      await checkRun(quietTimeline(MIN_RING_ENTRIES, { store: () => store }), run);
      await store.close();
    }),
    { numRuns: 30 },
  );
  await rm(folder, { recursive: true });
});

function openEmbedded(folder: string): Promise<EmbeddedEntryStore> {
  return EmbeddedEntryStore.open({
    folder,
    log: createLogger("test", "silent"),
    limits: { maxRingEntries: MIN_RING_ENTRIES, maxSlabBytes: 1e7 },
    maxSegmentBytes: 1e6,
    snapshotLogBytes: 1e6,
    fatal: (error) => {
      throw error;
    },
  });
}

it("ends at its retention bound though the clock went on while its first page was filled", async () => {
  const timeline = quietTimeline(800);
  timeline.clock.stepWall(Date.UTC(2028, 0, 1) - timeline.clock.nowMs());
  timeline.world.befriend(VIEWER, 2n);
  timeline.world.post(2n, timeline.clock.nowMs() - 1_000);
  timeline.friends.gate = async () => timeline.clock.advance(5);
  const { entries, nextPageToken, degraded } = await timeline.page(VIEWER, 5);
  expect(entries).toHaveLength(1);
  expect({ nextPageToken, degraded }).toEqual({ nextPageToken: "", degraded: [] });
});
