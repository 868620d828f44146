import { afterAll, beforeAll, expect, it } from "vitest";
import { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import { AccountState, Event } from "#gen/event/v1/event.ts";
import { type UserId, userIdOf } from "../../model/ids.ts";
import { systemClock } from "../../platform/clock/system-clock.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { subscribe } from "../../platform/messaging/subscribe.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import type { ErasureOverrides, ErasureService } from "../create.ts";
import { fakeHoldings, furnish } from "./fake-holdings.ts";
import type { ErasureWorld } from "./service-suite.ts";

/** One that also says where its topic can be subscribed. */
export interface NewsWorld extends ErasureWorld {
  /** The topic "erasures" of a service; to be closed before it. */
  connectBus(service: ErasureService): Promise<EventBus>;
}

const log = createLogger("test", "silent");
const PATIENCE = { timeout: 100_000, interval: 20 };
const { HIDDEN, VISIBLE, ERASED } = AccountState;

/** What the subscribers of the topic "erasures" are promised, on any engine. */
export function newsSuite(open: () => Promise<NewsWorld>): void {
  const holdings = fakeHoldings();
  let world: NewsWorld;
  let service: ErasureService;
  let channel: Channel;
  let erasures: Client<typeof ErasureServiceService>;
  let last = userIdOf(1n);

  beforeAll(async () => {
    world = await open();
    await start("1d");
  });
  afterAll(async () => {
    await stop();
    await world.remove();
  });

  async function start(
    window: string,
    overrides: Partial<Omit<ErasureOverrides, "log">> = {},
  ): Promise<void> {
    const env = { TIDINGS_ERASURE_WINDOW: window, TIDINGS_ERASURE_POLL: "20ms" };
    service = await world.start(env, { holdings, ...overrides });
    channel = connect(service.address, PATIENT);
    erasures = createClient(ErasureServiceService, channel);
  }

  async function stop(): Promise<void> {
    channel.close();
    await service.close();
  }

  const nextPerson = (): UserId => {
    last = userIdOf(last + 1_000n);
    furnish(holdings, last, 3, 1);
    return last;
  };

  /** Follows the topic until `work` has ended; what it heard, by message id. */
  async function hearing(work: (heard: ReadonlyMap<string, Event>) => Promise<void>) {
    const bus = await world.connectBus(service);
    const heard = new Map<string, Event>();
    const take = async (event: Event, id: string) => void heard.set(id, event);
    const deps = { clock: systemClock, random: Math.random, log };
    const consumer = subscribe(bus, "erasures.test", take, deps);
    await expect
      .poll(
        async () => (await bus.depths()).some(({ queue }) => queue === "erasures.test"),
        PATIENCE,
      )
      .toBe(true);
    await work(heard);
    await consumer.close();
    await bus.close();
  }

  it("tells that a person is hidden, is back, and is gone, in times that rise", async () => {
    const userId = nextPerson();
    const told = (heard: ReadonlyMap<string, Event>) =>
      [...heard.values()]
        .flatMap(({ event }) => (event?.$case === "erasure" ? [event.value] : []))
        .filter((news) => news.userId === userId)
        .sort((a, b) => Number(a.timeMs - b.timeMs));
    const states = (heard: ReadonlyMap<string, Event>) => told(heard).map(({ state }) => state);
    await hearing(async (heard) => {
      const { job } = await erasures.eraseUser({ userId });
      await erasures.eraseUser({ userId });
      await expect.poll(() => states(heard), PATIENCE).toEqual([HIDDEN]);
      await erasures.restoreUser({ userId });
      await erasures.restoreUser({ userId });
      await expect.poll(() => states(heard), PATIENCE).toEqual([HIDDEN, VISIBLE]);
      expect(new Set([...heard.values()].map(({ requestId }) => requestId))).toEqual(
        new Set([job?.jobId]),
      );
    });
    await stop();
    await start("0");
    // The subscriber is away: it catches up.
    await erasures.eraseUser({ userId });
    await service.settle();
    await hearing(async (heard) => {
      await expect.poll(() => states(heard).at(-1), PATIENCE).toBe(ERASED);
      expect(new Set(told(heard).map(({ timeMs }) => timeMs)).size).toBe(heard.size);
    });
  });

  it("goes on while the bus is away, and tells later, each copy with the same id", async () => {
    await stop();
    const sent: Event[] = [];
    let isDown = true;
    const bus: Pick<EventBus, "publish"> = {
      publish: async (_, payloads) => {
        sent.push(...payloads.map((payload) => Event.decode(payload)));
        if (isDown) throw new Error("nobody knows whether it came");
      },
    };
    await start("0", { bus });
    const userId = nextPerson();
    const { job } = await erasures.eraseUser({ userId });
    let isDone = false;
    for await (const { job: now } of erasures.watchErasure({ jobId: job?.jobId ?? "" })) {
      isDone = now?.certificate !== undefined;
    }
    expect(isDone).toBe(true);
    const erased = () =>
      sent.filter(({ event }) => event?.$case === "erasure" && event.value.state === ERASED);
    await expect.poll(() => erased().length, PATIENCE).toBeGreaterThan(1);
    await stop();
    await start("0", { bus });
    const before = erased().length;
    await expect.poll(() => erased().length, PATIENCE).toBeGreaterThan(before);
    isDown = false;
    // One more is told, and then none: what is on the bus leaves the job.
    await service.settle();
    await service.settle();
    const total = sent.length;
    await service.settle();
    expect(sent).toHaveLength(total);
    const ids = erased().map(({ messageId }) => Buffer.from(messageId).toString("hex"));
    expect(new Set(ids).size).toBe(1);
  });
}
