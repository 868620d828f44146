import fc from "fast-check";
import { expect, it } from "vitest";
import { POST_EPOCH_MS, type PostId, postIdOf } from "../../../model/ids.ts";
import { present } from "../../../model/invariant.ts";
import type { EntryStore, PostSource } from "../../ports.ts";
import type { MemoryEntryStore } from "../../testing/memory-entry-store.ts";
import { type QuietTimeline, quietTimeline } from "../../testing/quiet-timeline.ts";
import type { FakePosts } from "../../testing/world.ts";

const VIEWER = 1n;
const RING_ENTRIES = 6;

/** What happens while a fill stands at one of its steps, before the step or after it. */
const happening = fc.record({
  at: fc.nat(9),
  kind: fc.constantFrom("post", "befriend", "part", "delete" as const),
  author: fc.constantFrom(2n, 3n),
  atMs: fc.nat(30),
});
const run = fc.record({
  posts: fc.array(fc.tuple(fc.constantFrom(2n, 3n), fc.nat(30)), { maxLength: 12 }),
  happenings: fc.array(happening, { maxLength: 8 }),
  maxAnswer: fc.integer({ min: 1, max: 8 }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

interface Wrap {
  readonly store?: (store: MemoryEntryStore) => EntryStore;
  readonly posts?: (posts: FakePosts) => PostSource;
}

/** Fills once while things happen between its steps; then the page must be right down to its floor. */
async function checkFill({ posts, happenings, maxAnswer }: Run, wrap: Wrap): Promise<void> {
  const timeline = quietTimeline(RING_ENTRIES, wrap);
  const { world, store } = timeline;
  world.befriend(VIEWER, 2n);
  for (const [author, atMs] of posts) world.post(author, POST_EPOCH_MS + 1e6 + atMs);
  timeline.posts.maxAnswer = maxAnswer;
  const isGone = ({ postId }: { postId: PostId }) => world.deleted.has(postId);
  const followed: Promise<void>[] = [];
  let step = 0;
  let isOver = false;
  const gate = async () => {
    if (isOver) return;
    const now = step++;
    for (const { at, kind, author, atMs } of happenings) {
      if (at !== now) continue;
      if (kind === "post") {
        world.post(author, POST_EPOCH_MS + 1e6 + atMs);
        await timeline.deliver(present(world.posts.at(-1)));
      } else if (kind === "delete") {
        const post = world.posts.find((one) => one.authorId === author && !isGone(one));
        if (post === undefined) continue;
        world.deleted.add(post.postId);
        await timeline.deliver(post, true);
      } else if (kind === "part") {
        world.unfriend(VIEWER, author);
        followed.push(timeline.tellOfFriend(VIEWER, author));
      } else {
        world.befriend(VIEWER, author);
        // Who follows the event may wait for the fill, and the fill for this step.
        followed.push(timeline.tellOfFriend(VIEWER, author));
      }
    }
  };
  gateAll(timeline, store, gate);
  await timeline.page(VIEWER, 200);
  await timeline.fills.settled();
  // Following one may be when the next one happens.
  for (let i = 0; i < followed.length; i++) await followed[i];
  // A page may lack what is posted while it is read.
  isOver = true;
  const page = await timeline.page(VIEWER, 200);
  const naive = world.naive(VIEWER);
  const ids = page.entries.map(({ postId }) => postId);
  expect(page.degraded).toEqual([]);
  expect(ids).toEqual(naive);
  await timeline.close();
}

/** Every step of a fill passes the gate, those that write both before and after. */
function gateAll(timeline: QuietTimeline, store: EntryStore, gate: () => Promise<void>): void {
  timeline.friends.gate = gate;
  timeline.posts.gate = gate;
  for (const name of ["activate", "addEntries", "complete"] as const) {
    const original = store[name].bind(store) as (...args: never[]) => Promise<void>;
    store[name] = async (...args: never[]) => {
      await gate();
      await original(...args);
      await gate();
    };
  }
}

/** Deleted, apart, between two pulls of one fill: what the first one brought is not to be believed. */
const PULLED_TWICE: Run = {
  posts: [],
  happenings: (
    [
      [0, "post"],
      [1, "befriend"],
      [3, "part"],
      [8, "delete"],
      [9, "befriend"],
    ] as const
  ).map(([at, kind]) => ({ at, kind, author: 2n, atMs: 0 })),
  maxAnswer: 1,
};

/** Deleted while a slice below the floor is read: the slice is kept, and has it. */
const DELETED_IN_A_SLICE: Run = {
  posts: [
    [2n, 1],
    [2n, 1],
    [2n, 0],
  ],
  happenings: [{ at: 9, kind: "delete", author: 2n, atMs: 0 }],
  maxAnswer: 1,
};

/** Posted while the page that is looked at is read, if that were allowed. */
const POSTED_IN_A_SLICE: Run = {
  posts: [
    [2n, 0],
    [2n, 0],
  ],
  happenings: [0, 9, 8].map((at) => ({ at, kind: "post", author: 2n, atMs: 0 })),
  maxAnswer: 2,
};

const property = (wrap: Wrap) => fc.asyncProperty(run, (input) => checkFill(input, wrap));

it("holds every post down to its floor, whatever happens meanwhile", async () => {
  const examples: [Run][] = [[PULLED_TWICE], [DELETED_IN_A_SLICE], [POSTED_IN_A_SLICE]];
  await fc.assert(property({}), { numRuns: 300, examples });
});

/** The same fill over parts that break a lemma. */
const BROKEN: Readonly<Record<string, Wrap>> = {
  "L2: Activate is durable only after friends and posts are read": {
    store: (store) => {
      const { activate, addEntries } = store;
      store.activate = async () => {};
      store.addEntries = async (viewer, entries) => {
        await activate.call(store, viewer);
        await addEntries.call(store, viewer, entries);
      };
      return store;
    },
  },
  "L5: Complete lowers the floor past what was not read": {
    store: (store) => {
      const { complete } = store;
      store.complete = (viewer) => complete.call(store, viewer, postIdOf(0n));
      return store;
    },
  },
  "L5: a cut answer is taken for a whole one": {
    posts: (posts) => ({
      list: async (authors, since, before, limit) => {
        const answer = await posts.list(authors, since, before, limit);
        return { ...answer, completeFrom: postIdOf(since) };
      },
    }),
  },
};

it("marks what was deleted while two were apart, once they are friends again", async () => {
  const timeline = quietTimeline(RING_ENTRIES);
  const { world } = timeline;
  world.befriend(VIEWER, 2n);
  const ids = [1, 2, 3].map((atMs) => world.post(2n, POST_EPOCH_MS + 1e6 + atMs));
  await timeline.page(VIEWER, 200);
  await timeline.fills.settled();
  world.unfriend(VIEWER, 2n);
  await timeline.tellOfFriend(VIEWER, 2n);
  world.deleted.add(ids[1]);
  await timeline.deliver(world.posts[1], true);
  world.befriend(VIEWER, 2n);
  await timeline.tellOfFriend(VIEWER, 2n);
  const { entries } = await timeline.page(VIEWER, 200);
  expect(entries.map(({ postId }) => postId)).toEqual([ids[2], ids[0]]);
  await timeline.close();
});

it.each(Object.keys(BROKEN))("is caught when broken on purpose: %s", async (lemma) => {
  const { failed } = await fc.check(property(BROKEN[lemma]), { numRuns: 500 });
  expect(failed).toBe(true);
});
