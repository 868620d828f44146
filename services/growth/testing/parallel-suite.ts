import { afterAll, beforeAll, expect, it } from "vitest";
import { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { connect, createClient } from "../../platform/grpc/client/client.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import type { GrowthServiceWorld } from "./service-suite.ts";

const log = createLogger("test", "silent");
const TIMEOUT_MS = 60_000;
const CALLERS = 100;

/** A hundred callers at once, on any engine. */
export function parallelSuite(open: () => Promise<GrowthServiceWorld>): void {
  const closing = new AsyncDisposableStack();
  let growth: Client<typeof GrowthServiceService>;

  beforeAll(async () => {
    const world = await open();
    closing.defer(() => world.remove());
    const service = await world.start(new ManualClock(Date.UTC(2026, 10, 28, 12)));
    closing.defer(() => service.close());
    const options = { log, defaultDeadlineMs: 20_000 };
    const channel = closing.adopt(connect(service.grpc.address, options), (one) => one.close());
    growth = createClient(GrowthServiceService, channel);
    await growth.insert({ revenue: 10n, eventId: "" });
  }, TIMEOUT_MS);
  afterAll(() => closing.disposeAsync(), TIMEOUT_MS);

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
