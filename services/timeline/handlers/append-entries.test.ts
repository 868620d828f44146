import { expect, it } from "vitest";
import { postIdOf, userIdOf } from "../../model/ids.ts";
import { encodeAppendEntries } from "../../model/wire/append-entries.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { createStaticOwnership } from "../adapters/static/static-ownership.ts";
import { heldOf } from "../domain/fill/deleted-apart.ts";
import { RecentIndex } from "../domain/recent/recent-index.ts";
import { MemoryEntryStore } from "../testing/memory-entry-store.ts";
import { appendOf, FakePosts, World } from "../testing/world.ts";
import { appendEntries } from "./append-entries.ts";

const AUTHOR = userIdOf(2n);
const VIEWER = userIdOf(1n);

it("acknowledges an append once it is flagged that its post was deleted, also while it was written", async () => {
  const world = new World();
  const store = new MemoryEntryStore();
  const index = new RecentIndex(1_000_000);
  const clock = new ManualClock();
  const append = appendEntries({
    ...{ store, clock, posts: new FakePosts(world), log: createLogger("test", "silent") },
    index: { index, isUsable: true, since: 0n, catchingUp: undefined },
    ownership: createStaticOwnership(() => ["here:1"], 0),
    lag: { observe: () => {} },
  });
  const call = { log: createLogger("test", "silent") } as Call;
  await store.activate(VIEWER);
  await store.complete(VIEWER, postIdOf(1n));
  const told = (atMs: number) => {
    const postId = world.post(AUTHOR, clock.nowMs() + atMs);
    const batch = appendOf({ postId, authorId: AUTHOR }, [VIEWER]);
    return { postId, ack: () => append(encodeAppendEntries(batch), call) };
  };
  const [before, during, there] = [told(0), told(1), told(2)];
  index.insert(AUTHOR, before.postId, true);
  await before.ack();
  store.sync = async () => index.insert(AUTHOR, during.postId, true);
  await during.ack();
  await there.ack();
  const held = await heldOf(store, VIEWER, [AUTHOR]);
  expect(held.map(({ postId }) => postId)).toEqual([there.postId]);
});
