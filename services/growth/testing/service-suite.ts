import { afterAll, beforeAll, expect, it } from "vitest";
import {
  GetGrowthRequest,
  GetKHighestRevenuesRequest,
  GetKLowestRevenuesRequest,
  OperateRequest,
  type OperationResult,
} from "#gen/growth/v1/growth.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { dayOf } from "../domain/figures/days.ts";
import { BIG_PERSON, eventsAt } from "./events.ts";
import { oneByOne, sentToGrowth } from "./sent-operations.ts";
import { type GrowthServiceWorld, type ServedGrowth, serveGrowth } from "./served-growth.ts";
import { ANSWERS, OPERATIONS } from "./stream-of-operations.ts";

const NOON_MS = Date.UTC(2026, 10, 28, 12);

/** What the growth service promises over gRPC, on any engine. Each test goes on where the last ended. */
export function growthServiceSuite(open: () => Promise<GrowthServiceWorld>): void {
  const clock = new ManualClock(NOON_MS);
  let world: GrowthServiceWorld;
  let served: ServedGrowth;
  let growth: ServedGrowth["growth"];

  beforeAll(async () => {
    world = await open();
    await start();
  });
  afterAll(async () => {
    await served.stop();
    await world.remove();
  });

  async function start(): Promise<void> {
    served = await serveGrowth(world, clock);
    growth = served.growth;
  }

  const insert = (revenue: bigint, eventId = "") => growth.insert({ revenue, eventId });
  const bring = (revenue: bigint, referrerUserId: bigint, eventId = "") =>
    growth.insertWithReferrer({ revenue, referrerUserId, eventId });
  const lowest = async (k: number, minRevenue?: bigint, inclusive = false) => {
    const request = GetKLowestRevenuesRequest.fromPartial({ k, minRevenue, inclusive });
    const { users } = await growth.getKLowestRevenues(request);
    return users.map(({ userId, revenue }) => [userId, revenue]);
  };

  it("gives the example of the notes", async () => {
    expect(await insert(10n)).toEqual({ userId: 1n, duplicate: false });
    expect(await bring(15n, 1n)).toEqual({ userId: 2n, duplicate: false });
    expect(await lowest(5)).toEqual([
      [2n, 15n],
      [1n, 25n],
    ]);
  });

  it("gives the three lowest above 35, and of equals the lower user first", async () => {
    for (const revenue of [40n, 35n, 40n, 90n, 36n]) await insert(revenue);
    expect(await lowest(3, 35n)).toEqual([
      [7n, 36n],
      [3n, 40n],
      [5n, 40n],
    ]);
    expect((await lowest(3, 35n, true))[0]).toEqual([4n, 35n]);
    const highest = await growth.getKHighestRevenues(
      GetKHighestRevenuesRequest.fromPartial({ k: 3, maxRevenue: 90n }),
    );
    expect(highest.users.map(({ userId }) => userId)).toEqual([5n, 3n, 7n]);
  });

  it("knows ranks, counts, trees and who brought most", async () => {
    await bring(5n, 2n);
    const { rank, userCount, revenue } = await growth.getRank({ userId: 2n });
    expect({ rank, userCount, revenue }).toEqual({ rank: 2n, userCount: 8n, revenue: 20n });
    const count = await growth.countRevenues({ minRevenue: 35n, maxRevenue: 40n });
    expect(count.userCount).toBe(4n);
    expect(await growth.getReferrals({ userId: 1n })).toEqual({
      revenue: 25n,
      ownRevenue: 10n,
      referrerUserId: 0n,
      depth: 0,
      broughtUsers: 2n,
      broughtRevenue: 20n,
    });
    expect(await growth.getReferrals({ userId: 8n })).toMatchObject({
      referrerUserId: 2n,
      depth: 2,
    });
    const { referrers } = await growth.getTopReferrers({ k: 1 });
    expect(referrers).toEqual([{ userId: 1n, directRevenue: 15n }]);
  });

  it("takes an event once, and says so", async () => {
    const first = await bring(7n, 3n, "order-1");
    expect(await bring(7n, 3n, "order-1")).toEqual({ userId: first.userId, duplicate: true });
    await expect(bring(8n, 3n, "order-1")).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await expect(insert(7n, "order-1")).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });

  it.each<[string, () => Promise<unknown>, string, string]>([
    ["a negative revenue", () => insert(-1n), "INVALID_ARGUMENT", "revenue: is -1"],
    ["too much", () => insert(1n << 53n), "INVALID_ARGUMENT", "9007199254740991"],
    ["far too much", () => insert((1n << 63n) - 1n), "INVALID_ARGUMENT", "revenue"],
    ["an unknown referrer", () => bring(1n, 99n), "NOT_FOUND", "no user 99"],
    ["itself as referrer", () => bring(1n, 10n), "NOT_FOUND", "no user 10"],
    ["nobody as referrer", () => bring(1n, 0n), "NOT_FOUND", "no user 0"],
    ["k = 0", () => lowest(0), "INVALID_ARGUMENT", "send 1 to 10000"],
    ["k = -1", () => lowest(-1), "INVALID_ARGUMENT", "k: is -1"],
    ["k too large", () => lowest(10_001), "INVALID_ARGUMENT", "k: is 10001"],
    ["a long event id", () => insert(1n, "x".repeat(65)), "INVALID_ARGUMENT", "event_id"],
    ["an event id of two lines", () => insert(1n, "a\nb"), "INVALID_ARGUMENT", "U+000A"],
    ["an unknown user", () => growth.getRank({ userId: 0n }), "NOT_FOUND", "no user 0"],
    ["too many days", () => growth.getGrowth({ days: 91 }), "INVALID_ARGUMENT", "days"],
  ])("refuses %s, and stays as it is", async (_, call, code, text) => {
    const before = await growth.getGrowth({ days: 1 });
    const message = expect.stringContaining(text);
    await expect(call()).rejects.toMatchObject({ code, message });
    expect(await growth.getGrowth({ days: 1 })).toEqual(before);
  });

  it("does the operations of a stream in order; what is wrong gets its error in its place", async () => {
    const results: OperationResult[] = [];
    const requests = [OPERATIONS.slice(0, 3), OPERATIONS.slice(3)].map((some) => ({
      operations: some,
    }));
    for await (const answer of growth.operate(oneByOne(requests))) {
      results.push(...answer.results);
    }
    expect(results.map(({ result }) => result)).toEqual(ANSWERS);
  });

  it("answers broken bytes in a stream in their place, and goes on", async () => {
    const good = OperateRequest.encode({ operations: [OPERATIONS[1]] }).finish();
    const brokenOperation = Buffer.from([0x0a, 0x03, 0x0a, 0x7f, 0x00]);
    const cut = good.subarray(0, good.length - 1);
    const messages = [
      Buffer.concat([good, brokenOperation, good]),
      Buffer.concat([good, cut]),
      Buffer.alloc(0),
      good,
    ];
    const kinds: (string | undefined)[][] = [];
    for await (const { results } of sentToGrowth(served.channel, messages)) {
      kinds.push(results.map(({ result }) => result?.$case));
    }
    expect(kinds).toEqual([["rank", "error", "rank"], ["rank", "error"], ["error"], ["rank"]]);
  });

  const { event, signUp } = eventsAt(() => clock.nowMs());

  it("counts what happened in the mesh, each event once", async () => {
    const events = [
      signUp("s1", BIG_PERSON),
      signUp("s2", 7n, BIG_PERSON),
      event("p1", { $case: "posted", value: { personId: 7n } }, "web"),
      event("p1", { $case: "posted", value: { personId: 7n } }, "web"),
      event("a1", { $case: "active", value: { personId: 99n } }),
      signUp("s3", 8n, 8n),
      signUp("s4", 7n),
      signUp("s5", 9n, 1_234n),
      { ...signUp("s6", 10n), timeMs: 0n },
      { ...signUp("s7", 11n), timeMs: BigInt(clock.nowMs() + 3 * 86_400_000) },
      event("", { $case: "active", value: { personId: 1n } }),
      event("a2", undefined),
    ];
    const { results } = await growth.recordEvents({ events });
    const seen = results.map(({ userId, duplicate, error }) =>
      error === undefined ? [userId, duplicate] : error.code,
    );
    expect(seen).toEqual([
      [12n, false],
      [13n, false],
      [0n, false],
      [0n, true],
      [0n, false],
      3,
      6,
      5,
      9,
      3,
      3,
      3,
    ]);
    expect(await growth.getReferrals({ userId: 12n })).toMatchObject({
      revenue: 200n,
      broughtUsers: 1n,
    });
    const { days, cohorts } = await growth.getGrowth(GetGrowthRequest.fromPartial({}));
    expect(days[0]).toMatchObject({ date: "2026-11-28", newUsers: 13n, posts: 1n });
    expect(days[0].referredUsers).toBe(5n);
    expect(days[0].activeDay).toBe(14n);
    expect(days[0].clients).toEqual([
      { value: "ios", newUsers: 2n, posts: 0n, active: 3n },
      { value: "web", newUsers: 0n, posts: 1n, active: 1n },
    ]);
    expect(cohorts).toEqual([{ week: "2026-11-23", newUsers: 2n, activeByWeek: [2n] }]);
  });

  it("is after a restart what it was, and takes no event again", async () => {
    const growthBefore = await growth.getGrowth({ days: 3 });
    const lowestBefore = await lowest(100);
    await served.stop();
    await start();
    expect(await growth.getGrowth({ days: 3 })).toEqual(growthBefore);
    expect(await lowest(100)).toEqual(lowestBefore);
    expect((await bring(7n, 3n, "order-1")).duplicate).toBe(true);
    const { results } = await growth.recordEvents({ events: [signUp("s1", BIG_PERSON)] });
    expect(results[0]).toMatchObject({ userId: 12n, duplicate: true });
  });

  it("follows cohorts from week to week, and days that are past", async () => {
    await clock.advance(8 * 86_400_000);
    const events = [
      event("a3", { $case: "active", value: { personId: 7n } }),
      { ...signUp("s8", 20n, 7n), timeMs: BigInt(NOON_MS) },
    ];
    await growth.recordEvents({ events });
    const { days, cohorts } = await growth.getGrowth({ days: 9 });
    expect(days.map(({ newUsers }) => newUsers)).toEqual([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 14n]);
    expect(days[0]).toMatchObject({ date: "2026-12-06", activeDay: 1n, activeWeek: 1n });
    expect(days[0].activeMonth).toBe(15n);
    expect(cohorts[0]).toEqual({ week: "2026-11-23", newUsers: 3n, activeByWeek: [3n, 1n] });
    expect(dayOf(clock.nowMs())).toBe(served.service.store.state.figures.today);
  });
}
