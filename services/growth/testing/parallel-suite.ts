import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { type GrowthServiceWorld, type ServedGrowth, serveGrowth } from "./served-growth.ts";

const CALLERS = 100;

/** A hundred callers at once, on any engine. */
export function parallelSuite(open: () => Promise<GrowthServiceWorld>): void {
  const closing = new AsyncDisposableStack();
  let growth: ServedGrowth["growth"];

  beforeAll(async () => {
    const world = await open();
    closing.defer(() => world.remove());
    const served = await serveGrowth(world, new ManualClock(Date.UTC(2026, 10, 28, 12)));
    closing.defer(() => served.stop());
    growth = served.growth;
    await growth.insert({ revenue: 10n, eventId: "" });
  });
  afterAll(() => closing.disposeAsync());

  it("takes each event once, gives each its own user, and loses no cent", async () => {
    const callers = Array.from({ length: CALLERS }, (_, i) => i);
    // Every event comes from two of them.
    const answers = await Promise.all(
      callers.map((i) => {
        const [revenue, eventId] = [BigInt((i >> 1) + 1), `event-${i >> 1}`];
        return growth.insertWithReferrer({ revenue, referrerUserId: 1n, eventId });
      }),
    );
    const users = new Set(answers.map(({ userId }) => userId));
    expect(users.size).toBe(CALLERS / 2);
    expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(CALLERS / 2);
    for (const i of callers) expect(answers[i].userId).toBe(answers[i ^ 1].userId);
    const { userCount, totalRevenue } = await growth.getGrowth({ days: 1 });
    expect({ userCount, totalRevenue }).toEqual({ userCount: 51n, totalRevenue: 1_285n });
    const ranks = await Promise.all([1n, ...users].map((userId) => growth.getRank({ userId })));
    const sorted = ranks.map(({ rank }) => Number(rank)).sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
    expect(ranks[0]).toMatchObject({ rank: 51n, revenue: 1_285n });
  });
}
