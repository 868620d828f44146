import { expect, it } from "vitest";
import { postIdOf, trustedPostId, userIdOf } from "../../../model/ids.ts";
import { type AuthorInterval, settledIntervals } from "../../../model/pulled/pulled-table.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import type { TimelineState } from "../../ports.ts";
import { FriendSet } from "../friends/friend-set.ts";
import { PulledWatch } from "./pulled-watch.ts";
import { Watcher } from "./watcher.ts";

const VIEWER = userIdOf(1n);
const AUTHOR = userIdOf(2n);
const STRANGER = userIdOf(3n);
const FLOOR = postIdOf(100n);

/** One stream, of a friend of the author. */
function watched(state: TimelineState) {
  const held = { now: settledIntervals() };
  const intervals = {
    get table() {
      return held.now.table;
    },
  };
  const friends = { peek: () => new FriendSet(pairsOf([AUTHOR])) };
  const pulled = new PulledWatch(friends, intervals, { state: () => state });
  const watcher = new Watcher(10);
  pulled.add(VIEWER, watcher);
  return { held, pulled, watcher };
}

it("tells of posts that were given up, when the table says so", async () => {
  const { held, pulled, watcher } = watched({ kind: "complete", floor: FLOOR });
  const before = held.now.table;
  const givenUp = (authorId: typeof AUTHOR, id: bigint): AuthorInterval => ({
    ...{ authorId, since: postIdOf(id), until: trustedPostId(id + 1n), isAlsoPushed: true },
  });
  held.now = settledIntervals([givenUp(AUTHOR, 200n), givenUp(STRANGER, 201n)]);
  pulled.tableRead(before);
  expect(await watcher.next(10)).toEqual([{ postId: 200n, authorId: AUTHOR }]);
});

it("tells of what is pushed and dropped: below a floor, and where nothing is kept", async () => {
  const posts = pairsOf([99n, 100n]);
  const authors = pairsOf([AUTHOR, AUTHOR]);
  const kept = watched({ kind: "complete", floor: FLOOR });
  kept.pulled.heard(posts, authors);
  expect(await kept.watcher.next(10)).toEqual([{ postId: 99n, authorId: AUTHOR }]);
  const unkept = watched({ kind: "inactive" });
  unkept.pulled.heard(posts, authors);
  expect(await unkept.watcher.next(10)).toHaveLength(2);
});
