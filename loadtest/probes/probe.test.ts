import { describe, expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { ModelViewing } from "./testing/model-viewing.ts";
import {
  ANN,
  BOB,
  FRIEND_OF_ANN,
  FRIEND_OF_BOTH,
  probeOnModel,
  STRANGER,
} from "./testing/probe-on-model.ts";

describe("entries", () => {
  it("of posts that the probe was not told of are nobody's fault", async () => {
    await using world = await probeOnModel();
    world.viewing.deliver(ANN, 5n, FRIEND_OF_ANN);
    await world.time.advance(300);
    await world.finish();
    const counters = [...world.probe.counters()].filter(([, count]) => count > 0);
    expect(counters.map(([name]) => name)).toEqual(["watchers", "probe_reads"]);
  });

  it("by who is no friend, or under a wrong name, are strange", async () => {
    await using world = await probeOnModel({ readsPerSecond: 0 });
    world.viewing.send(ANN, 5n, STRANGER);
    world.viewing.send(ANN, 6n, ANN);
    world.write(FRIEND_OF_BOTH, 7n);
    world.viewing.send(ANN, 7n, FRIEND_OF_ANN);
    world.viewing.send(BOB, 8n, 2);
    world.write(2, 8n);
    await world.arrive();
    expect(world.count("strange")).toBe(4);
    expect(world.lag()?.totalCount).toBe(0);
  });
});

describe("a watcher", () => {
  it("whose timeline is not filled in time is left out; with none there is no probe", async () => {
    const viewing = new ModelViewing();
    viewing.change = (page, viewer) =>
      viewer === BOB ? { ...page, degraded: [DegradedReason.FILLING] } : page;
    await using world = await probeOnModel({}, viewing);
    expect(["watchers", "unready_watchers"].map(world.count)).toEqual([1, 1]);
    viewing.degraded = [DegradedReason.FILLING];
    await expect(probeOnModel({}, viewing)).rejects.toThrow("still being filled");
    viewing.isDown = true;
    await expect(probeOnModel({}, viewing)).rejects.toThrow("can be watched after 1000 ms: down");
  });
});

it("ends its streams and connections when it is disposed", async () => {
  const world = await probeOnModel();
  await world[Symbol.asyncDispose]();
  expect(world.viewing.isClosed).toBe(true);
  expect(world.time.sleeperCount).toBe(0);
});
