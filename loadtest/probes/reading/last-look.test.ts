import { describe, expect, it } from "vitest";
import { PostStatus } from "#gen/post/v1/post.ts";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../../services/model/invariant.ts";
import {
  ANN,
  BOB,
  FRIEND_OF_ANN,
  FRIEND_OF_BOTH,
  probeOnModel,
  STRANGER,
} from "../testing/probe-on-model.ts";

describe("when all is quiet", () => {
  it("an entry that is not there is lost, its post being there or not", async () => {
    await using world = await probeOnModel();
    await world.time.advance(250);
    world.write(FRIEND_OF_BOTH, 5n);
    world.viewing.deliver(ANN, 5n, FRIEND_OF_BOTH);
    world.write(FRIEND_OF_ANN, 6n);
    world.viewing.texts.delete(6n);
    world.write(FRIEND_OF_ANN, 7n);
    world.viewing.deliver(ANN, 7n, FRIEND_OF_ANN);
    expect(world.probe.counters().has("lost")).toBe(false);
    await world.finish();
    expect(["lost", "lost_posts", "unstreamed"].map(world.count)).toEqual([2, 1, 2]);
    const { findings, sentences } = world.probe.report();
    expect(findings).toEqual([
      { postId: "6", author: 1, viewer: ANN, what: "lost post", ackedAtSecond: 0.25 },
      { postId: "5", author: 3, viewer: BOB, what: "lost entry", ackedAtSecond: 0.25 },
    ]);
    expect(sentences.join("\n")).toContain("2 LOST");
    expect(sentences).toContain("lost entry: post 5 by 3 at 12, acknowledged at 0.250 s.");
  });

  it("an entry that a stream had brought and that is gone is lost too", async () => {
    await using world = await probeOnModel();
    world.write(FRIEND_OF_ANN, 5n);
    world.viewing.deliver(ANN, 5n, FRIEND_OF_ANN);
    await world.arrive();
    world.viewing.remove(ANN, 5n);
    await world.finish();
    expect(world.count("lost")).toBe(1);
  });

  it("it waits for what is late, up to a bound after the target was drained", async () => {
    await using world = await probeOnModel({ lostAfterMs: 2_000 });
    world.write(FRIEND_OF_ANN, 5n);
    const finished = world.finish();
    world.time.delay(1_500).then(() => world.viewing.deliver(ANN, 5n, FRIEND_OF_ANN));
    await finished;
    expect(["lost", "unstreamed"].map(world.count)).toEqual([0, 0]);
  });

  it("a deleted post shows nowhere, and is not lost", async () => {
    await using world = await probeOnModel();
    world.write(FRIEND_OF_ANN, 5n);
    const status = PostStatus.DELETED;
    Object.assign(world.viewing, {
      posts: async () => [{ postId: 5n, status, post: undefined }],
    });
    await world.finish();
    expect(["lost", "lost_posts", "altered"].map(world.count)).toEqual([0, 0, 0]);
  });

  it("a sampled post that nobody watches is looked up, and its text compared", async () => {
    await using world = await probeOnModel();
    for (const postId of [5n, 6n, 7n, 8n]) world.write(STRANGER, postId);
    const { texts } = world.viewing;
    texts.delete(5n);
    texts.set(6n, { author: STRANGER, text: "another" });
    texts.set(7n, { ...present(texts.get(7n)), author: FRIEND_OF_ANN });
    await world.finish();
    expect(["lost", "lost_posts", "altered"].map(world.count)).toEqual([1, 1, 2]);
  });

  it("what is below the floor must have come on a stream; else nobody can say", async () => {
    await using world = await probeOnModel();
    for (const postId of [5n, 6n, 7n, 8n]) world.write(FRIEND_OF_ANN, postId);
    for (const postId of [5n, 8n]) world.viewing.deliver(ANN, postId, FRIEND_OF_ANN);
    await world.arrive();
    world.viewing.remove(ANN, 5n);
    world.viewing.change = (page) => ({
      ...page,
      nextPageToken: "1",
      degraded: [DegradedReason.BELOW_FLOOR],
    });
    await world.finish();
    expect(["lost", "unverified"].map(world.count)).toEqual([0, 2]);
  });

  it("a timeline that stays unreadable tells nothing, and ends in time", async () => {
    await using world = await probeOnModel();
    world.write(FRIEND_OF_ANN, 5n);
    world.viewing.deliver(ANN, 5n, FRIEND_OF_ANN);
    await world.arrive();
    world.viewing.degraded = [DegradedReason.FILLING];
    const startedMs = world.time.monotonicMs();
    await world.finish();
    expect(["lost", "unverified"].map(world.count)).toEqual([0, 1]);
    expect(world.time.monotonicMs() - startedMs).toBeLessThan(2_000);
  });
});
