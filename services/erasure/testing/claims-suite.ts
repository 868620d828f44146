import { afterAll, beforeAll, expect, it } from "vitest";
import { ErasureServiceService, type Job, JobState } from "#gen/erasure/v1/erasure.ts";
import { type UserId, userIdOf } from "../../model/ids.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { ErasureService } from "../create.ts";
import { fakeHoldings, furnish } from "./fake-holdings.ts";
import type { ErasureWorld } from "./service-suite.ts";

const ENV = {
  TIDINGS_ERASURE_ITEMS_PER_SECOND: "1000000",
  TIDINGS_ERASURE_POLL: "10ms",
  TIDINGS_ERASURE_WINDOW: "0",
};

/** That a job says of itself what was, and no more, on any engine. */
export function claimsSuite(open: () => Promise<ErasureWorld>): void {
  const holdings = fakeHoldings();
  let world: ErasureWorld;
  let service: ErasureService;
  let channel: Channel;
  let erasures: Client<typeof ErasureServiceService>;

  beforeAll(async () => {
    world = await open();
    service = await world.start(ENV, { holdings });
    channel = connect(service.address, PATIENT);
    erasures = createClient(ErasureServiceService, channel);
  });
  afterAll(async () => {
    channel.close();
    await service.close();
    await world.remove();
  });

  /** All that WatchErasure says of it, to its end. */
  async function erased(userId: UserId): Promise<readonly Job[]> {
    const { job } = await erasures.eraseUser({ userId });
    const jobs: Job[] = [];
    for await (const seen of erasures.watchErasure({ jobId: job?.jobId ?? "" })) {
      if (seen.job) jobs.push(seen.job);
    }
    expect(jobs.at(-1)?.state).toBe(JobState.DONE);
    return jobs;
  }

  const claimed = (jobs: readonly Job[]) =>
    jobs.at(-1)?.certificate?.tables.map(({ table, deletedCount }) => [table, deletedCount]);

  it("claims nothing of a person of whom nobody has anything", async () => {
    const userId = userIdOf(900_000_000n);
    expect(await erasures.dryRun({ userId })).toEqual({ foundCount: 0n, paths: [] });
    const jobs = await erased(userId);
    expect(claimed(jobs)).toEqual([]);
    const [{ jobId }] = jobs;
    const verified = await erasures.verifyErasure({ jobId, userId });
    expect(verified).toMatchObject({ authentic: true, verified: true, found: [] });
    expect(claimed(await erased(userId))).toEqual([]);
  });

  it.each([
    ["timelines", 1n, (userId: UserId) => holdings.active.add(userId)],
    ["friendships", 2n, (userId: UserId) => holdings.friendsOf.set(userId, new Set([1n, 2n]))],
    ["orders.buyer", 1n, (userId: UserId) => holdings.ordersOf.set(userId, new Set([5n]))],
  ])("claims a person who has nothing but %s, and those", async (table, count, have) => {
    const userId = userIdOf(900_000_100n + BigInt(table.length));
    have(userId);
    expect((await erasures.dryRun({ userId })).foundCount).toBe(count + 1n);
    const tables = [
      [table, count],
      ["users", 1n],
    ];
    expect(claimed(await erased(userId))).toEqual(tables);
  });

  it("claims a person once, however often they are erased", async () => {
    const userId = userIdOf(900_000_200n);
    furnish(holdings, userId, 3, 0);
    await erased(userId);
    holdings.postsOf.set(userId, new Set([77n]));
    expect(claimed(await erased(userId))).toEqual([
      ["posts", 4n],
      ["timelines", 1n],
      ["users", 1n],
    ]);
  });

  it("a job that is done has no time left, and a rate over the time of deleting", async () => {
    const userId = userIdOf(900_001_000n);
    furnish(holdings, userId, 200, 20);
    const [{ progress }] = (await erased(userId)).slice(-1);
    expect(progress).toMatchObject({ deletedCount: 222n, timeLeftMs: 0n });
    expect(progress?.deletedPerSecond).toBeGreaterThan(0);
  });
}
