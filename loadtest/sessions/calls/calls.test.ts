import { beforeAll, describe, expect, it } from "vitest";
import { BatchCheckFriendsRequest } from "#gen/friend/v1/friend.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../../services/model/invariant.ts";
import { loadApi } from "../../../tools/call/api.ts";
import type { MixedCall } from "../../scenarios/scenario.ts";
import { allSteps, countsOf, planFor, population } from "../testing/plan-for.ts";
import { callNames } from "./call-name.ts";
import { compileCall } from "./compile-call.ts";

const PAGE = {
  method: "tidings.timeline.v1.TimelineService/GetTimeline",
  weight: 3,
  message: { viewer_id: "{person}", limit: 5 },
};
const CHECK = {
  method: "tidings.friend.v1.FriendService/BatchCheckFriends",
  weight: 1,
  message: { user_id: "{person}", other_ids: ["{friend}"] },
};
const MIX = { load: { kind: "mix", perSecond: 100, calls: [PAGE, CHECK] } } as const;

let api: Awaited<ReturnType<typeof loadApi>>;
beforeAll(async () => {
  api = await loadApi();
});

describe("calls by hand", () => {
  it("are named by service and method, the second of one with its number", () => {
    expect(callNames([PAGE, CHECK, PAGE])).toEqual([
      "timeline.GetTimeline",
      "friend.BatchCheckFriends",
      "timeline.GetTimeline-2",
    ]);
  });

  it("are about active people and their friends, at the owner of whose timeline it is", async () => {
    const plan = await planFor(MIX);
    const steps = allSteps(plan);
    for (const { operation, message, address } of steps) {
      const bytes = message() as Uint8Array;
      if (plan.operations[operation].name === "timeline.GetTimeline") {
        const { viewerId, limit } = GetTimelineRequest.decode(bytes);
        expect(population.active.has(Number(viewerId))).toBe(true);
        expect(address).toBe(Number(viewerId) % 2);
        expect(limit).toBe(5);
      } else {
        const { userId, otherIds } = BatchCheckFriendsRequest.decode(bytes);
        expect(population.areFriends(Number(userId), Number(otherIds[0]))).toBe(true);
        expect(address).toBeUndefined();
      }
    }
    const pages = present(countsOf(plan, steps).get("timeline.GetTimeline"));
    // Binomial: four standard deviations.
    const spread = 4 * Math.sqrt((steps.length * 3) / 16);
    expect(Math.abs(pages - (3 * steps.length) / 4)).toBeLessThan(spread);
    expect(Math.abs(steps.length - 2_000)).toBeLessThan(4 * Math.sqrt(2_000));
  });

  it("are about viewers of the slice, when there are owners outside it", async () => {
    const ownerOf = (viewer: number) => (viewer % 8 === 0 ? 0 : -1);
    const plan = await planFor(MIX, { ownerOf });
    const pages = allSteps(plan).filter(
      ({ operation }) => plan.operations[operation].name === "timeline.GetTimeline",
    );
    expect(pages.length).toBeGreaterThan(1_000);
    for (const { message, address } of pages) {
      const { viewerId } = GetTimelineRequest.decode(message() as Uint8Array);
      expect([Number(viewerId) % 8, address]).toEqual([0, 0]);
    }
    const nowhere = allSteps(await planFor({ ...MIX, seconds: 1 }, { ownerOf: () => -1 }));
    expect(nowhere.every(({ address }) => address === undefined)).toBe(true);
  });

  it("of other services go anywhere, also when they name a viewer", () => {
    const method = "tidings.ranking.v1.RankingService/RankEntries";
    const { viewerOf } = compileCall(api, {
      method,
      weight: 1,
      message: { viewer_id: "{person}" },
    });
    expect(viewerOf({ person: 5, friend: 6 })).toBeUndefined();
  });

  it("are equally far apart when that is asked for, over all generators", async () => {
    const load = { ...MIX.load, spread: "even" } as const;
    const times = [0, 1].flatMap((generator) =>
      planFor({ ...MIX, load, seconds: 2, warmUpSeconds: 0 }, { generator, generators: 2 }),
    );
    const steps = (await Promise.all(times)).flatMap(allSteps);
    const sorted = steps.map(({ intendedMicros }) => intendedMicros).sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: 200 }, (_, i) => 5_000 + 10_000 * i));
  });

  it("follow the pace", async () => {
    const pace = { shape: "steps", factors: [0, 1, 3] } as const;
    const times = allSteps(await planFor({ ...MIX, pace, seconds: 30, warmUpSeconds: 5 }));
    const between = (from: number, to: number) =>
      times.filter((step) => step.intendedMicros >= from * 1e6 && step.intendedMicros < to * 1e6)
        .length;
    expect(between(0, 15)).toBe(0);
    expect(Math.abs(between(15, 25) - 1_000)).toBeLessThan(4 * Math.sqrt(1_000));
    expect(Math.abs(between(25, 35) - 3_000)).toBeLessThan(4 * Math.sqrt(3_000));
  });

  it.each([
    [
      { ...PAGE, method: "tidings.timeline.v1.TimelineService/Get" },
      'has no method "Get"; there are',
    ],
    [
      { ...PAGE, method: "tidings.nothing.v1.Nothing/Get" },
      'no service "tidings.nothing.v1.Nothing"',
    ],
    [
      { ...PAGE, method: "tidings.friend.v1.FriendService/ListFriends" },
      "is a stream; a mix makes calls with one answer",
    ],
    [
      { ...PAGE, method: "grpc.health.v1.Health/Check", message: {} },
      "is of none of the services post, friend, timeline, ranking",
    ],
    [
      { ...PAGE, message: { viewer: "{person}" } },
      "this is no tidings.timeline.v1.GetTimelineRequest",
    ],
  ] satisfies [MixedCall, string][])("that the mesh has not are refused: %o", (call, problem) => {
    expect(() => compileCall(api, call)).toThrow(problem);
  });
});
