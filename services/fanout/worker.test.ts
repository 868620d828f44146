import { describe, expect, it } from "vitest";
import { until } from "../../test/support/until.ts";
import { type PostId, postIdOf, type UserId } from "../model/ids.ts";
import { settledIntervals } from "../model/pulled/pulled-table.ts";
import { ids, user, Workbench } from "./testing/bench.ts";
import { Gate, ownersInTurn } from "./testing/fakes.ts";

describe("the fan-out worker", () => {
  it("brings every post to all friends of its author", async () => {
    const bench = new Workbench();
    for (let author = 1; author <= 20; author++) {
      bench.friends.friendsOf.set(user(author), ids(author * 10, author));
    }
    const posts: [PostId, UserId][] = [];
    for (let i = 1; i <= 200; i++) {
      const author = 1 + (i % 20);
      posts.push([await bench.post(i, author), user(author)]);
    }
    await until(() => bench.isQuiet);
    for (const [post, author] of posts) {
      expect(bench.timelines.viewersOf(post)).toEqual(bench.friends.friendsOf.get(author));
    }
    expect(bench.depth("dead-letters").ready).toBe(0);
  });

  it("acks no message before all its appends are durable", async () => {
    const bench = new Workbench();
    const gate = new Gate();
    bench.friends.friendsOf.set(user(1), ids(30));
    bench.timelines.before = (owner) => (owner === "b" ? gate.wait() : undefined);
    await bench.post(7, 1);
    await until(() => gate.waiting > 0 && bench.timelines.entries.size > 0);
    expect(bench.depth("posts.fanout")).toMatchObject({ ready: 0, unsettled: 1 });
    expect(bench.worker.inHand).toBe(1);
    gate.open();
    await until(() => bench.isQuiet);
    expect(bench.timelines.viewersOf(postIdOf(7n))).toEqual(ids(30));
  });

  it("asks for many authors at once, and sends many posts in a call", async () => {
    const bench = new Workbench({ callsInFlight: 1 });
    bench.timelines.nextOwners = ownersInTurn("a");
    await bench.timelines.refresh();
    const gate = new Gate();
    bench.friends.before = () => gate.wait();
    for (let author = 1; author <= 60; author++)
      bench.friends.friendsOf.set(user(author), ids(200));
    for (let i = 1; i <= 61; i++) await bench.post(i, Math.min(i, 60));
    gate.open();
    await until(() => bench.isQuiet);
    expect(bench.friends.listCalls.length).toBeLessThanOrEqual(2);
    expect(bench.friends.listCalls.flat().length).toBe(60);
    const sizes = bench.timelines.calls.map(({ batch }) => batch.appends.length);
    expect(Math.max(...sizes)).toBe(10);
    expect(sizes.length).toBeLessThan(10);
  });

  it("tells timelines of deletions, with the post's author and time", async () => {
    const bench = new Workbench();
    bench.friends.friendsOf.set(user(1), ids(3));
    const post = await bench.post(9, 1, true);
    await until(() => bench.isQuiet);
    expect(bench.timelines.deletions.has(post)).toBe(true);
    expect(bench.timelines.calls[0].batch.appends[0]).toMatchObject({
      authorId: 1n,
      requestId: "r9",
    });
  });

  it("leaves to the readers what is pulled, decided by the post's id alone", async () => {
    const bench = new Workbench();
    bench.friends.friendsOf.set(user(1), ids(3));
    bench.intervals = settledIntervals([
      { authorId: user(1), since: postIdOf(10n), until: postIdOf(20n) },
    ]);
    for (const post of [9, 10, 19, 20]) await bench.post(post, 1);
    await until(() => bench.isQuiet);
    const delivered = [...(bench.timelines.entries.get(1n) ?? [])].sort();
    expect(delivered).toEqual([20n, 9n]);
  });

  it("holds what its copy of the table does not know yet, until a reading does", async () => {
    const bench = new Workbench();
    bench.friends.friendsOf.set(user(1), ids(3));
    const read = Promise.withResolvers<boolean>();
    const settled = settledIntervals([
      { authorId: user(1), since: postIdOf(10n), until: undefined },
    ]);
    bench.intervals = { table: settled.table.through(10n), through: () => read.promise };
    for (const post of [9, 10]) await bench.post(post, 1);
    await until(() => bench.timelines.entries.size > 0 && bench.worker.inHand === 1);
    bench.intervals = settled;
    read.resolve(true);
    await until(() => bench.isQuiet);
    expect([...(bench.timelines.entries.get(1n) ?? [])]).toEqual([9n]);
  });

  it("tells the owners of both ends of a changed edge", async () => {
    const bench = new Workbench();
    const value = { userId: 5n, friendId: 6n };
    await bench.publish("edges", { event: { $case: "friend", value }, requestId: "" });
    await until(() => bench.isQuiet);
    const hints = bench.timelines.hints.map(({ hint }) => `${hint.viewerId}-${hint.friendId}`);
    expect(hints.sort()).toEqual(["5-6", "6-5"]);
  });

  it("counts what it did, and how long a post took", async () => {
    const bench = new Workbench();
    bench.friends.friendsOf.set(user(1), ids(3));
    await bench.post(1, 1);
    await until(() => bench.isQuiet);
    const text = await bench.metrics.registry.metrics();
    expect(text).toContain(
      'tidings_fanout_messages_total{queue="posts.fanout",outcome="ack",service="test"} 1',
    );
    expect(text).toContain("tidings_pending_fanout_messages");
    expect(text).toMatch(/tidings_lag_seconds_count\{service="test"\} 1/);
  });
});

describe("a long fan-out", () => {
  const AUTHOR = 1;
  const crowd = ids(12_000, 2);

  it("travels as chunks, which the bus has confirmed before their parent is acked", async () => {
    const bench = new Workbench();
    bench.friends.friendsOf.set(user(AUTHOR), crowd);
    const gate = new Gate();
    const publish = bench.bus.publish.bind(bench.bus);
    bench.bus.publish = async (queue, payloads) => {
      if (queue === "chunks") await gate.wait();
      await publish(queue, payloads);
    };
    await bench.post(3, AUTHOR);
    await until(() => gate.waiting === 1);
    expect(bench.depth("posts.fanout").unsettled).toBe(1);
    gate.open();
    await until(() => bench.isQuiet);
    expect(bench.timelines.viewersOf(postIdOf(3n))).toEqual(crowd);
  });

  it("skips nobody when the list changes while it is cut", async () => {
    const bench = new Workbench();
    bench.friends.friendsOf.set(user(AUTHOR), crowd);
    const gate = new Gate();
    let rangeReads = 0;
    bench.friends.before = (read) => {
      if (read === "range" && ++rangeReads > 1) return gate.wait();
    };
    await bench.post(3, AUTHOR);
    await until(() => gate.waiting > 0);
    const stayed = crowd.filter((id) => id % 10n !== 2n);
    const came = [1n, 9_999n, 10_001n, 19_999n, 20_001n, 10n ** 15n];
    bench.friends.friendsOf.set(user(AUTHOR), [...stayed, ...came]);
    gate.open();
    await until(() => bench.isQuiet);
    const reached = new Set(bench.timelines.viewersOf(postIdOf(3n)));
    expect([...stayed, ...came].filter((id) => !reached.has(id))).toEqual([]);
  });

  it("does not delay the posts of others", async () => {
    const bench = new Workbench();
    const gate = new Gate();
    bench.friends.friendsOf.set(user(AUTHOR), crowd);
    bench.friends.friendsOf.set(user(2), ids(5));
    bench.friends.before = (read) => (read === "range" ? gate.wait() : undefined);
    for (let i = 1; i <= 10; i++) await bench.post(i, AUTHOR);
    const other = await bench.post(50, 2);
    await until(() => bench.timelines.viewersOf(other).length === 5);
    expect(bench.depth("posts.fanout").unsettled).toBe(10);
    gate.open();
    await until(() => bench.isQuiet);
    expect(bench.timelines.viewersOf(postIdOf(10n))).toEqual(crowd);
  });
});
