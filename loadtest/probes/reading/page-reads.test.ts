import { describe, expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../../services/model/invariant.ts";
import { ANN, FRIEND_OF_ANN, probeOnModel } from "../testing/probe-on-model.ts";

describe("pages", () => {
  it("are stale when they lack what was acknowledged long before they were asked for", async () => {
    await using world = await probeOnModel({ staleAfterMs: 2_000 });
    const { time, viewing } = world;
    world.write(FRIEND_OF_ANN, 5n);
    await time.advance(1_990);
    expect(world.count("stale")).toBe(0);
    await time.advance(500);
    expect(world.count("stale")).toBeGreaterThan(1);
    expect(world.count("vanished")).toBe(0);
    const [finding] = world.probe.report().findings;
    expect(finding).toMatchObject({ what: "stale", postId: "5", viewer: ANN });
    viewing.degraded = [DegradedReason.STORE_UNAVAILABLE];
    const soFar = world.count("stale");
    await time.advance(1_000);
    expect(world.count("stale")).toBe(soFar);
    expect(world.count("degraded_pages")).toBeGreaterThan(5);
  });

  it("are stale when they lack what their viewer was shown, on a stream or page", async () => {
    for (const how of ["deliver", "insert"] as const) {
      await using world = await probeOnModel();
      // Another generator's.
      world.viewing[how](ANN, 5n, FRIEND_OF_ANN);
      await world.time.advance(300);
      world.viewing.remove(ANN, 5n);
      await world.time.advance(300);
      expect(world.count("vanished")).toBeGreaterThan(0);
      expect(world.count("stale")).toBe(world.count("vanished"));
    }
  });

  it("speak of nothing below their last entry; the second page does", async () => {
    await using world = await probeOnModel({ staleAfterMs: 1_000 });
    world.write(FRIEND_OF_ANN, 5n);
    for (let id = 10n; id < 35n; id++) world.viewing.insert(ANN, id, FRIEND_OF_ANN);
    await world.time.advance(6_000);
    const annsReads = present(world.count("probe_reads")) / 2;
    expect(world.count("stale")).toBeGreaterThan(0);
    expect(world.count("stale")).toBeLessThan(annsReads / 2);
    expect(world.count("vanished")).toBe(0);
  });

  it("and scrolls hold every id once, and their ids fall", async () => {
    await using world = await probeOnModel({ readsPerSecond: 0 });
    for (const postId of [1n, 2n, 3n]) world.write(FRIEND_OF_ANN, postId);
    for (const postId of [1n, 2n, 3n]) world.viewing.deliver(ANN, postId, FRIEND_OF_ANN);
    world.viewing.change = ({ entries, ...rest }) => {
      const [three, two, one] = entries;
      return { ...rest, entries: [three, two, three, one, two].filter(Boolean) };
    };
    await world.finish();
    expect(["repeated", "disordered"].map(world.count)).toEqual([2, 0]);
    world.viewing.change = ({ entries, ...rest }) => ({ ...rest, entries: [...entries].reverse() });
    await world.finish();
    expect(["repeated", "disordered"].map(world.count)).toEqual([2, 2]);
  });

  it("that fail are counted, and nothing else", async () => {
    await using world = await probeOnModel();
    world.viewing.isDown = true;
    await world.time.advance(1_000);
    expect(world.count("failed_reads")).toBeGreaterThan(5);
    expect(world.count("stale")).toBe(0);
  });
});
