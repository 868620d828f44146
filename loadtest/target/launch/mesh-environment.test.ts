import { describe, expect, it } from "vitest";
import { readFriendConfig } from "../../../services/friend/config.ts";
import { gatewayVariables } from "../../../services/gateway/config.ts";
import { readConfig } from "../../../services/platform/config/config.ts";
import { readPostConfig } from "../../../services/post/config.ts";
import { readTimelineConfig } from "../../../services/timeline/config.ts";
import { type MeshSize, meshEnvironment } from "./mesh-environment.ts";

const GIB = 2 ** 30;
const SIZE: MeshSize = {
  world: { people: 1_000_000, seed: 7 },
  slice: { kind: "rate" },
  timelines: 1,
};

const bounds = (size: Partial<MeshSize>, memoryBytes = 64 * GIB) => {
  const { slabMib, friendSetMib } = readTimelineConfig(
    meshEnvironment({ ...SIZE, ...size }, memoryBytes),
  );
  return { slabMib, friendSetMib };
};

describe("the environment of a mesh under load", () => {
  it("is one that the services take, with the world's friendships", () => {
    const env = meshEnvironment({ ...SIZE, ringEntries: 100 });
    expect(readFriendConfig(env)).toMatchObject({
      graph: "synthetic",
      syntheticPeople: 1_000_000,
      syntheticSeed: 7,
      syntheticMean: 0,
    });
    expect(readTimelineConfig(env)).toMatchObject({ ringEntries: 100, watchers: 1_000_000 });
    const gateway = readConfig(gatewayVariables(env), env);
    expect([gateway.maxStreams, gateway.maxConnections]).toEqual([1_000_000, 1_000_000]);
    expect(readPostConfig(env).quotaPerMinute).toBe(1_000_000);
  });

  it("has room for everyone's ring, 64 entries of 16 bytes and what holds them together", () => {
    const { slabMib, friendSetMib } = bounds({});
    expect((slabMib * 2 ** 20) / (1_000_000 * 64 * 16)).toBeCloseTo(2.4, 1);
    expect((friendSetMib * 2 ** 20) / 1_000_000).toBeGreaterThan(2_000);
  });

  it("of an owner slice and of several processes, for their share", () => {
    const whole = bounds({}).slabMib;
    expect(bounds({ timelines: 2 }).slabMib).toBeCloseTo(whole / 2, -1);
    expect(bounds({ slice: { kind: "owner", owners: 20 } }).slabMib).toBeCloseTo(whole / 20, -1);
  });

  it("never bounds by more than the machine has", () => {
    const long = { ringEntries: 800 };
    expect(bounds(long, 8 * GIB)).toEqual({ slabMib: 4_096, friendSetMib: 2_048 });
    expect(bounds({ ...long, timelines: 2 }, 8 * GIB).slabMib).toBe(2_048);
    expect(bounds({ world: { people: 1_000, seed: 1 } }).slabMib).toBe(64);
  });

  it.each([
    [{ world: { people: 5, seed: 1 } }, "people: 5"],
    [{ world: { people: 1_000, seed: 1, meanFriends: 10.5 } }, "world.meanFriends: 10.5"],
    [{ timelines: 0 }, "timelines: 0"],
    [{ timelines: 21 }, "timelines: 21 is not a whole number from 1 to 20"],
    [{ slice: { kind: "owner", owners: 1 } }, "slice.owners: 1"],
    [{ slice: { kind: "owner", owners: 20 }, timelines: 2 }, "an owner slice has 1, not 2"],
  ] as [Partial<MeshSize>, string][])("refuses %j", (size, message) => {
    expect(() => meshEnvironment({ ...SIZE, ...size })).toThrow(message);
  });
});
