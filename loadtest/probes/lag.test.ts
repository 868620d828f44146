import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { newHistogram, record } from "../measure/histogram.ts";
import { ANN, BOB, FRIEND_OF_ANN, FRIEND_OF_BOTH, probeOnModel } from "./testing/probe-on-model.ts";

describe("the lag", () => {
  it("goes from the answer until the entry is on each watcher's stream, of the measured part", async () => {
    await using world = await probeOnModel({ fromMicros: 100_000 });
    const { viewing, time } = world;
    world.write(FRIEND_OF_ANN, 1n);
    viewing.deliver(ANN, 1n, FRIEND_OF_ANN);
    await time.advance(100);
    world.write(FRIEND_OF_BOTH, 2n);
    await time.advance(30);
    viewing.deliver(ANN, 2n, FRIEND_OF_BOTH);
    await world.arrive();
    await time.advance(40);
    viewing.deliver(BOB, 2n, FRIEND_OF_BOTH);
    await world.arrive();
    expect([world.lag()?.totalCount, world.lag()?.minNonZeroValue]).toEqual([2, 30_000]);
    expect(present(world.lag()).maxValue / 1000).toBeCloseTo(70, 0);
    expect(world.count("expected_entries")).toBe(3);
  });

  it("is 0 for an entry that comes before its post's answer", async () => {
    await using world = await probeOnModel();
    world.viewing.deliver(BOB, 5n, FRIEND_OF_BOTH);
    world.viewing.deliver(ANN, 5n, FRIEND_OF_BOTH);
    await world.time.advance(500);
    world.write(FRIEND_OF_BOTH, 5n);
    expect([world.lag()?.totalCount, world.lag()?.maxValue]).toEqual([2, 0]);
  });

  it("has what never came on a stream, with the time until the end", async () => {
    await using world = await probeOnModel({ lostAfterMs: 3_000 });
    world.write(FRIEND_OF_ANN, 5n);
    world.viewing.insert(ANN, 5n, FRIEND_OF_ANN);
    await world.finish();
    expect([world.count("unstreamed"), world.count("lost")]).toEqual([1, 0]);
    expect(present(world.lag()).maxValue).toBeGreaterThanOrEqual(3_000_000);
  });

  it("is that of all posts, however few are remembered", async () => {
    await using world = await probeOnModel({ maxExpectations: 20, readsPerSecond: 0 });
    for (let postId = 1n; postId <= 500n; postId++) {
      world.write(FRIEND_OF_ANN, postId);
      world.viewing.deliver(ANN, postId, FRIEND_OF_ANN);
      await world.arrive();
    }
    await world.finish();
    expect(world.lag()?.totalCount).toBe(500);
    expect(["expected_entries", "lost"].map(world.count)).toEqual([500, 0]);
    expect(world.count("unwatched_posts")).toBeGreaterThanOrEqual(480);
  });

  it("is judged by how late the loop was when sending", async () => {
    await using world = await probeOnModel();
    const lateness = newHistogram();
    record(lateness, 700);
    const lag = world.probe.distributions([{ lateness }, { lateness }]).get("lag");
    expect([lag?.lateness.totalCount, lag?.lateness.maxValue]).toEqual([2, 700]);
  });
});

describe("a stream that ends", () => {
  it.each(["ended", "failed"] as const)("(%s) is resumed behind its newest entry", async (end) => {
    await using world = await probeOnModel();
    const { viewing, time } = world;
    world.write(FRIEND_OF_ANN, 5n);
    viewing.deliver(ANN, 5n, FRIEND_OF_ANN);
    await world.arrive();
    viewing.isDown = true;
    viewing.endStreams(end);
    await world.arrive();
    world.write(FRIEND_OF_ANN, 6n);
    viewing.deliver(ANN, 6n, FRIEND_OF_ANN);
    await time.advance(1_000);
    viewing.isDown = false;
    await time.advance(400);
    expect(viewing.cursors.slice(-2).sort()).toEqual(["", "5"]);
    expect(present(world.lag()).totalCount).toBe(2);
    expect(present(world.lag()).maxValue).toBeGreaterThan(1_000_000);
    // What comes again does not count again.
    viewing.send(ANN, 5n, FRIEND_OF_ANN);
    await world.arrive();
    expect(present(world.lag()).totalCount).toBe(2);
    expect(world.count("resumed_streams")).toBeGreaterThan(4);
  });

  it("is resumed at once at its age, and a moment after a failure", async () => {
    await using world = await probeOnModel({ readsPerSecond: 0 });
    const { cursors } = world.viewing;
    world.viewing.endStreams("ended");
    await world.arrive();
    expect(cursors).toHaveLength(4);
    world.viewing.endStreams("failed");
    await world.arrive();
    expect(cursors).toHaveLength(4);
    await world.time.advance(200);
    expect(cursors).toHaveLength(6);
  });
});
