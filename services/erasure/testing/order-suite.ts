import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ErasureServiceService, JobState } from "#gen/erasure/v1/erasure.ts";
import { userIdOf } from "../../model/ids.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { systemClock } from "../../platform/clock/system-clock.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { ErasureService } from "../create.ts";
import { fakeHoldings, furnish } from "./fake-holdings.ts";
import type { ErasureWorld } from "./service-suite.ts";

const TIMEOUT_MS = 60_000;

/** What EraseUser and RestoreUser of one person promise in whatever order they come, on any engine. */
export function orderSuite(open: () => Promise<ErasureWorld>): void {
  const holdings = fakeHoldings();
  let world: ErasureWorld;
  let service: ErasureService;
  let channel: Channel;
  let erasures: Client<typeof ErasureServiceService>;
  let userId = userIdOf(1_000n);
  /** Whoever waits nearly as long as a call may: the test says when that time is over. */
  const waiting: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    delay: (ms, signal) =>
      ms > TIMEOUT_MS / 2
        ? new Promise((resolve) => waiting.push(resolve))
        : systemClock.delay(ms, signal),
  };

  beforeAll(async () => {
    world = await open();
  });
  beforeEach(async () => {
    userId = userIdOf(userId + 1_000n);
    holdings.beforeReactors = () => {};
    holdings.beforeErase = () => {};
    furnish(holdings, userId, 3, 1);
    await start("1d");
  });
  afterAll(async () => {
    await stop();
    await world.remove();
  });

  async function start(window: string): Promise<void> {
    await stop();
    const env = { TIDINGS_ERASURE_WINDOW: window, TIDINGS_ERASURE_POLL: "10ms" };
    service = await world.start(env, { holdings, clock });
    channel = connect(service.address, PATIENT);
    erasures = createClient(ErasureServiceService, channel);
  }

  async function stop(): Promise<void> {
    channel?.close();
    await service?.close();
  }

  /** The next time that the engagement service hears of `state` it is late; `arrive` lets it come. */
  function holdNext(state: "hidden" | "visible") {
    const [arrived, arrive] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    holdings.beforeReactors = async (user, said) => {
      if (user !== userId || said !== state) return;
      holdings.beforeReactors = () => {};
      arrived.resolve();
      await arrive.promise;
    };
    return { arrived: arrived.promise, arrive: () => arrive.resolve() };
  }

  /** What all services take the person for; those that do not agree, too. */
  const states = () => {
    const { stateOf, friendState, reactorState, buyerState, userState } = holdings;
    const all = [stateOf, friendState, reactorState, buyerState, userState];
    return [...new Set(all.map((of) => of.get(userId)))];
  };

  async function lastStateOf(jobId: string): Promise<JobState> {
    let last: JobState = JobState.UNSPECIFIED;
    for await (const { job } of erasures.watchErasure({ jobId })) last = job?.state ?? last;
    return last;
  }

  it("what is late of a restore undoes no erasure that came after it", async () => {
    await erasures.eraseUser({ userId });
    const held = holdNext("visible");
    const restored = erasures.restoreUser({ userId });
    await held.arrived;
    const { job } = await erasures.eraseUser({ userId });
    expect(job?.state).toBe(JobState.WAITING);
    held.arrive();
    expect((await restored).job?.state).toBe(JobState.WAITING);
    expect(states()).toEqual(["hidden"]);
  });

  it("what is late of a hide takes nothing from who was restored after it", async () => {
    const held = holdNext("hidden");
    const erased = erasures.eraseUser({ userId });
    await held.arrived;
    expect((await erasures.restoreUser({ userId })).job?.state).toBe(JobState.CANCELLED);
    expect(states()).toEqual(["visible"]);
    held.arrive();
    expect((await erased).job?.state).toBe(JobState.CANCELLED);
    expect(states()).toEqual(["visible"]);
  });

  it("a restore that takes longer than its call may is answered as under way, and ends by itself", async () => {
    await erasures.eraseUser({ userId });
    const held = holdNext("visible");
    const restoring = erasures.restoreUser({ userId }, { timeoutMs: TIMEOUT_MS });
    await held.arrived;
    for (const end of waiting) end();
    const { job } = await restoring;
    expect(job?.state).toBe(JobState.RESTORING);
    held.arrive();
    expect(await lastStateOf(job?.jobId ?? "")).toBe(JobState.CANCELLED);
    expect(states()).toEqual(["visible"]);
  });

  it("who is erased never comes back: what is there again goes at once", async () => {
    await start("0");
    const jobId = (await erasures.eraseUser({ userId })).job?.jobId ?? "";
    expect(await lastStateOf(jobId)).toBe(JobState.DONE);
    await start("1d");
    furnish(holdings, userId, 2, 0);
    const held = Promise.withResolvers<void>();
    holdings.beforeErase = () => held.promise;
    await erasures.eraseUser({ userId });
    expect(states()).toEqual(["erased"]);
    await expect(erasures.restoreUser({ userId })).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
    });
    held.resolve();
    expect(await lastStateOf(jobId)).toBe(JobState.DONE);
    expect(states()).toEqual(["erased"]);
    expect(holdings.postsOf.get(userId)?.size).toBe(0);
  });
}
