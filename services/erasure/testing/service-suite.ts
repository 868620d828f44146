import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ErasureServiceService, type Job, JobState } from "#gen/erasure/v1/erasure.ts";
import { userIdOf } from "../../model/ids.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { ErasureOverrides, ErasureService } from "../create.ts";
import { type FakeHoldings, fakeHoldings, furnish } from "./fake-holdings.ts";

type Env = Readonly<Record<string, string>>;

/** Where an erasure service keeps its jobs. */
export interface ErasureWorld {
  start(env: Env, overrides: Omit<ErasureOverrides, "log">): Promise<ErasureService>;
  remove(): Promise<void>;
}

const FAST = { TIDINGS_ERASURE_ITEMS_PER_SECOND: "1000000", TIDINGS_ERASURE_POLL: "10ms" };

/** What the erasure service promises over gRPC, on any engine. */
export function erasureServiceSuite(open: () => Promise<ErasureWorld>): void {
  let world: ErasureWorld;
  let service: ErasureService;
  let channel: Channel;
  let erasures: Client<typeof ErasureServiceService>;
  let holdings: FakeHoldings;
  let userId = userIdOf(1_000n);
  /** A test has started it with variables of its own: the next one has it as all do, however that one ended. */
  let isOtherwise = false;

  beforeAll(async () => {
    world = await open();
    holdings = fakeHoldings();
    await start({});
  });
  beforeEach(async () => {
    userId = userIdOf(userId + 1_000n);
    holdings.beforeErase = () => {};
    if (isOtherwise) await restart();
  });
  afterAll(async () => {
    await stop();
    await world.remove();
  });

  async function start(env: Env): Promise<void> {
    isOtherwise = Object.keys(env).length > 0;
    service = await world.start({ ...FAST, TIDINGS_ERASURE_WINDOW: "0", ...env }, { holdings });
    channel = connect(service.address, PATIENT);
    erasures = createClient(ErasureServiceService, channel);
  }

  async function stop(): Promise<void> {
    channel.close();
    await service.close();
  }

  async function restart(env: Env = {}): Promise<void> {
    await stop();
    await start(env);
  }

  async function until(jobId: string, isIt: (job: Job) => boolean): Promise<Job> {
    for await (const { job } of erasures.watchErasure({ jobId })) {
      if (job && isIt(job)) return job;
    }
    throw new Error("the stream ended before");
  }

  const erase = async () => {
    const { job } = await erasures.eraseUser({ userId });
    if (!job) throw new Error("no job");
    return job;
  };
  const isDone = ({ state }: Job) => state === JobState.DONE;

  it("erases a person with all that hangs on them, and certifies it", async () => {
    furnish(holdings, userId, 1_234, 50);
    const other = userIdOf(userId + 500n);
    furnish(holdings, other, 3, 2);
    const [mine, others] = [userId * 10_000n, other * 10_000n];
    const going = [`${userId}.${others}.0`, `${other}.${mine}.0`, `${other}.${mine}.9`];
    const staying = `${other}.${others}.0`;
    for (const reaction of [...going, staying]) holdings.allReactions.add(reaction);
    holdings.ordersOf.set(userId, new Set([5n, 6n, 7n]));
    holdings.userOf.set(userId, 12n);
    const { jobId } = await erase();
    const job = await until(jobId, isDone);
    expect(job.certificate?.tables.map(({ table, deletedCount }) => [table, deletedCount])).toEqual(
      [
        ["comments", 1n],
        ["friendships", 50n],
        ["likes", 2n],
        ["orders.buyer", 3n],
        ["posts", 1_234n],
        ["revenues.person", 1n],
        ["timelines", 1n],
        ["users", 1n],
      ],
    );
    expect(JSON.stringify(job, (_, v) => `${v}`)).not.toContain(String(userId));
    expect(holdings.postsOf.get(userId)?.size).toBe(0);
    expect(holdings.stateOf.get(userId)).toBe("erased");
    expect(holdings.active.has(userId)).toBe(false);
    expect(holdings.allReactions).toEqual(new Set([staying]));
    expect(holdings.reactorState.get(userId)).toBe("erased");
    expect(holdings.friendState.get(userId)).toBe("erased");
    expect(holdings.postsOf.get(other)?.size).toBe(3);
    const verified = await erasures.verifyErasure({ jobId, userId });
    expect(verified).toMatchObject({ authentic: true, verified: true, found: [] });
    const anothers = await erasures.verifyErasure({ jobId, userId: other });
    expect(anothers).toMatchObject({ authentic: false, verified: false });
    holdings.postsOf.get(userId)?.add(7n);
    const stained = await erasures.verifyErasure({ jobId, userId });
    expect(stained).toMatchObject({
      authentic: true,
      verified: false,
      found: [{ table: "posts" }],
    });
  });

  it("hides a person at once, and restores them inside the window exactly", async () => {
    await restart({ TIDINGS_ERASURE_WINDOW: "1d" });
    furnish(holdings, userId, 5, 3);
    const job = await erase();
    expect(job.state).toBe(JobState.WAITING);
    expect(job.eraseTimeMs - job.requestTimeMs).toBe(86_400_000n);
    expect(holdings.stateOf.get(userId)).toBe("hidden");
    expect(holdings.reactorState.get(userId)).toBe("hidden");
    expect(holdings.friendState.get(userId)).toBe("hidden");
    expect((await erase()).requestTimeMs).toBe(job.requestTimeMs);
    await service.settle();
    const restored = await erasures.restoreUser({ userId });
    expect(restored.job?.state).toBe(JobState.CANCELLED);
    expect(holdings.stateOf.get(userId)).toBe("visible");
    expect(holdings.postsOf.get(userId)?.size).toBe(5);
    expect(holdings.friendsOf.get(userId)?.size).toBe(3);
    const again = await erasures.cancelErasure({ jobId: job.jobId });
    expect(again.job?.state).toBe(JobState.CANCELLED);
    await restart();
    await until((await erase()).jobId, isDone);
    await expect(erasures.restoreUser({ userId })).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
    });
  });

  it("is blocked by what can't be deleted, says where it is, and keeps the person", async () => {
    furnish(holdings, userId, 30, 2);
    const stuck = userId * 10_000n + 7n;
    holdings.beforeErase = (posts) => {
      if (posts.includes(stuck)) throw new Error("the row is damaged");
    };
    const { jobId } = await erase();
    const job = await until(jobId, ({ state }) => state === JobState.BLOCKED);
    expect(job.blocked).toEqual([
      { path: [`users ${userId}`, `posts ${stuck}`], reason: "the row is damaged" },
    ]);
    expect(job.retryTimeMs).toBeGreaterThan(job.requestTimeMs);
    expect(holdings.postsOf.get(userId)).toEqual(new Set([stuck]));
    expect(holdings.stateOf.get(userId)).toBe("hidden");
    await expect(erasures.verifyErasure({ jobId, userId })).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
    });
  });

  it("goes on after a restart in the middle", async () => {
    furnish(holdings, userId, 1_500, 20);
    const halfway = Promise.withResolvers<void>();
    let batches = 0;
    holdings.beforeErase = async () => {
      if (++batches === 2) halfway.resolve();
      if (batches >= 2) throw new Error("the post service is away");
    };
    const { jobId } = await erase();
    await halfway.promise;
    await stop();
    holdings.beforeErase = () => {};
    expect(holdings.postsOf.get(userId)?.size).toBeGreaterThan(0);
    await start({});
    const job = await until(jobId, isDone);
    const counts = new Map(job.certificate?.tables.map((one) => [one.table, one.deletedCount]));
    expect(counts.get("posts")).toBe(1_500n);
    expect(holdings.postsOf.get(userId)?.size).toBe(0);
  });

  it("tells what would go, by path, and changes nothing", async () => {
    furnish(holdings, userId, 8, 4);
    const dry = await erasures.dryRun({ userId });
    expect(dry.foundCount).toBe(14n);
    expect(dry.paths.map(({ tables, count }) => [tables.join("/"), count])).toEqual([
      ["users", 1n],
      ["users/posts", 8n],
      ["users/friendships", 4n],
      ["users/timelines", 1n],
    ]);
    expect(dry.paths[1].examples).toHaveLength(5);
    expect(holdings.postsOf.get(userId)?.size).toBe(8);
    expect(holdings.stateOf.has(userId)).toBe(false);
  });

  it("keeps the certificate when it is asked again, and adds to it what came since", async () => {
    furnish(holdings, userId, 3, 1);
    const { jobId } = await erase();
    const first = await until(jobId, isDone);
    const again = await erase();
    expect(again).toEqual(first);
    expect((await erasures.verifyErasure({ jobId, userId })).certificate).toEqual(
      first.certificate,
    );
    furnish(holdings, userId, 2, 0);
    expect((await erase()).state).not.toBe(JobState.DONE);
    expect(await erasures.verifyErasure({ jobId, userId })).toMatchObject({ authentic: true });
    const second = await until(jobId, isDone);
    const postsIn = ({ certificate }: Job) =>
      certificate?.tables.find(({ table }) => table === "posts")?.deletedCount;
    expect([postsIn(first), postsIn(second)]).toEqual([3n, 5n]);
    const verified = await erasures.verifyErasure({ jobId, userId });
    expect(verified).toMatchObject({ authentic: true, verified: true });
  });

  it("deletes nobody while it runs no jobs, and hides and restores all the same", async () => {
    await restart({ TIDINGS_ERASURE_JOBS: "0" });
    furnish(holdings, userId, 5, 3);
    expect((await erase()).state).toBe(JobState.WAITING);
    await service.settle();
    expect(holdings.postsOf.get(userId)?.size).toBe(5);
    expect((await erasures.restoreUser({ userId })).job?.state).toBe(JobState.CANCELLED);
  });

  it("names what is wrong with a request", async () => {
    const invalid = { code: "INVALID_ARGUMENT" };
    await expect(erasures.eraseUser({ userId: 0n })).rejects.toMatchObject(invalid);
    await expect(erasures.cancelErasure({ jobId: "x" })).rejects.toMatchObject(invalid);
    const never = { code: "NOT_FOUND", message: `no erasure of user ${userId}` };
    await expect(erasures.restoreUser({ userId })).rejects.toMatchObject(never);
  });
}
