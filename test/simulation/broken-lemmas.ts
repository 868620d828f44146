import { Event } from "#gen/event/v1/event.ts";
import {
  firstPostIdAt,
  type PostId,
  trustedPostId,
  type UserId,
  userIdOf,
} from "../../services/model/ids.ts";
import { PulledTable, settledIntervals } from "../../services/model/pulled/pulled-table.ts";
import { idsOf } from "../../services/model/wire/id-pairs.ts";
import type { Clock } from "../../services/platform/clock/clock.ts";
import { joinHalves, maxId } from "../../services/timeline/domain/halves.ts";
import type { EntryStore, EntryWindow, TimelineState } from "../../services/timeline/ports.ts";
import type { Variant } from "./mesh/environment.ts";
import { override } from "./override.ts";

/** Meshes that break one lemma of the design each, through what is injected. */
export const BROKEN_LEMMAS: Readonly<Record<string, () => Variant>> = {
  "L1: what is published can be pulled": () => ({ publishesEarly: true }),
  "L1: what is published is in the post log": () => ({ recordsLate: true }),
  "L1: what is published is whole, also after a write of unknown outcome": () => ({
    takesUnknownForWhole: true,
  }),
  "no id is stamped below what is stored": () => ({ stampsByClockAlone: true }),
  "L2: a fill waits for the heads of the log": () => ({ readsIndexAtOnce: true }),
  "L2: Activate is durable before friends and posts are read": () => ({
    store: (store) => override(store, activatingLate(store)),
  }),
  "a cold slice is given out only when it is complete": () => ({
    coldPosts: ({ list }) => ({
      list: async (authors, since, before, limit) => {
        const answer = await list(authors, since, before, limit);
        return { ...answer, completeFrom: trustedPostId(since) };
      },
    }),
  }),
  "a cold slice hears of what is deleted": () => ({ isColdDeaf: true }),
  "L4: push or pull is a function of the post id": () => ({
    // The worker leaves the posts of one author to readers, who know nothing of it.
    worker: () =>
      settledIntervals([{ authorId: userIdOf(3n), since: firstPostIdAt(0), until: undefined }]),
  }),
  "L4: readers know what was pulled": () => ({ reader: () => settledIntervals() }),
  "L4: an interval ends above what is settled": () => ({
    interval: (change) => {
      const { interval } = change;
      if (interval?.until === undefined) return change;
      return { ...change, interval: { ...interval, until: interval.since } };
    },
  }),
  "L4: a switch of delivery is an interval": () => ({
    // Workers stop and begin to push when they hear of it, whatever the post's id.
    worker: (copy) => ({
      get table() {
        return settledIntervals(
          copy.table.intervals
            .filter(({ until }) => until === undefined)
            .map(({ authorId }) => ({ authorId, since: firstPostIdAt(0), until: undefined })),
        ).table;
      },
      through: async () => true,
    }),
  }),
  "a post that is given up is pulled by its readers": () => ({
    reader: (copy) => ({
      get table() {
        const { version, validThrough, intervals } = copy.table;
        const pushed = intervals.filter(({ isAlsoPushed }) => !isAlsoPushed);
        return new PulledTable({ version, validThrough, intervals: pushed });
      },
      through: (post, ms) => copy.through(post, ms),
    }),
  }),
  "each post is shown once, however often it arrives": () => ({
    store: (store) => override(store, repeating(store)),
  }),
  "the floor of rows that expire is where they begin": () => ({
    store: (store, clock) => expiring(store, clock, () => 0n),
  }),
  "L5: the floor only rises, except by a durable fill": () => ({
    store: (store) => override(store, { state: firstFloors(store) }),
  }),
  "a folder knows how many owners there were": () => ({ forgetsOwners: true }),
  "owners are told of a friend change before it is answered": () => ({ tellsNobody: true }),
  "nobody goes by friends that are in doubt": () => ({
    friendSets: (sets) => void Object.assign(sets, { isInDoubt: () => false }),
  }),
  "a new friend's posts are on pages before they are in the ring": () => ({
    friendSets: ({ arriving }) => void Object.assign(arriving, { of: () => undefined }),
  }),
  "who takes over an owner hears which edges have changed lately": () => ({
    friends: ({ list, ...rest }) => ({
      ...rest,
      list: async (viewer) => ({ ...(await list(viewer)), changed: [] }),
    }),
  }),
  "an owner asks which changes it was not told of": () => ({
    friends: (source) => ({
      ...source,
      untold: async (sinceMs) => ({ changes: [], untilMs: sinceMs, isCut: false }),
    }),
  }),
  "an owner that cannot ask says so": () => ({
    hearing: (polls) => ({ isUnheard: false, close: () => polls.close() }),
  }),
  "L6: a friend change is truth in the graph, its event a hint": believingEvents,
};

function activatingLate(store: EntryStore): Partial<EntryStore> {
  return {
    activate: async () => {},
    addEntries: async (viewer, entries) => {
      await store.activate(viewer);
      await store.addEntries(viewer, entries);
    },
  };
}

/** Shows an entry again for each time that it came. */
function repeating(store: EntryStore): Partial<EntryStore> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  return {
    append: (batch) => {
      for (const { postId, viewers } of batch.appends) {
        for (const viewer of idsOf(viewers)) {
          const key = `${viewer} ${postId}`;
          (seen.has(key) ? twice : seen).add(key);
        }
      }
      return store.append(batch);
    },
    read: (viewer, before, window) => {
      store.read(viewer, before, window);
      for (let i = 0; i < window.count; i++) {
        const postId = joinHalves(window.postHigh[i], window.postLow[i]);
        if (!twice.has(`${viewer} ${postId}`)) continue;
        for (const column of columnsOf(window)) column.copyWithin(i + 1, i);
        window.count = Math.min(window.count + 1, window.deleted.length);
        i++;
      }
    },
  };
}

function columnsOf({ postHigh, postLow, authorHigh, authorLow, deleted }: EntryWindow) {
  return [postHigh, postLow, authorHigh, authorLow, deleted];
}

const EXPIRES_MS = 20 * 24 * 3_600_000;

/** A store whose rows expire, as those of a wide-column store: it has a floor where they begin. */
export const EXPIRING: Variant = {
  store: (store, clock) =>
    expiring(store, clock, () => firstPostIdAt(clock.nowMs() - EXPIRES_MS / 2)),
};

function expiring(store: EntryStore, clock: Clock, windowStart: () => bigint): EntryStore {
  return override(store, {
    state: (viewer) => {
      const state = store.state(viewer);
      if (state.kind !== "complete") return state;
      return { ...state, floor: trustedPostId(maxId(state.floor, windowStart())) };
    },
    read: (viewer, before, window) => {
      store.read(viewer, before, window);
      const begin = firstPostIdAt(clock.nowMs() - EXPIRES_MS);
      const isGone = (i: number) => joinHalves(window.postHigh[i], window.postLow[i]) < begin;
      while (window.count > 0 && isGone(window.count - 1)) window.count--;
    },
  });
}

/** Forgets what evictions have lifted: the floor is where the first fill left it. */
function firstFloors(store: EntryStore): (viewer: UserId) => TimelineState {
  const floors = new Map<UserId, PostId>();
  return (viewer) => {
    const state = store.state(viewer);
    if (state.kind === "complete") {
      return { kind: "complete", floor: floors.getOrInsertComputed(viewer, () => state.floor) };
    }
    floors.delete(viewer);
    return state;
  };
}

/** Takes the last event that came for the state of the edge. */
function believingEvents(): Variant {
  const believed = new Map<string, boolean>();
  return {
    onDelivery: (queue, payload) => {
      if (queue !== "edges.fanout") return;
      const { event, requestId } = Event.decode(payload);
      if (event?.$case !== "friend") return;
      const { userId, friendId } = event.value;
      believed.set(`${userId}-${friendId}`, requestId.endsWith("+"));
      believed.set(`${friendId}-${userId}`, requestId.endsWith("+"));
    },
    friends: ({ check, ...rest }) => ({
      ...rest,
      check: async (viewer, others) => {
        const truth = await check(viewer, others);
        return others.map((other, i) => believed.get(`${viewer}-${other}`) ?? truth[i]);
      },
    }),
  };
}
