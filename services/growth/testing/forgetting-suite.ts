import { afterAll, beforeAll, expect, it } from "vitest";
import { GetKLowestRevenuesRequest, PersonState } from "#gen/growth/v1/growth.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { BIG_PERSON, eventsAt } from "./events.ts";
import { type GrowthServiceWorld, type ServedGrowth, serveGrowth } from "./served-growth.ts";

const NOON_MS = Date.UTC(2026, 10, 28, 12);

/** What becomes of a person's user when the person is erased, on any engine. */
export function forgettingSuite(open: () => Promise<GrowthServiceWorld>): void {
  const clock = new ManualClock(NOON_MS);
  const { event, signUp } = eventsAt(() => clock.nowMs());
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

  const sums = async () => [
    await growth.getReferrals({ userId: 1n }),
    await growth.getReferrals({ userId: 2n }),
    await growth.getGrowth({ days: 1 }),
    await growth.getKLowestRevenues(GetKLowestRevenuesRequest.fromPartial({ k: 100 })),
  ];

  it("forgets who a user was, with all sums as they are, over restarts too", async () => {
    const events = [
      signUp("f1", 501n),
      signUp("f2", BIG_PERSON, 501n),
      signUp("f3", 503n, BIG_PERSON),
    ];
    await growth.recordEvents({ events });
    const personId = BIG_PERSON;
    expect(await growth.findUser({ personId })).toEqual({ userId: 2n });
    const before = await sums();
    expect(await growth.forgetPerson({ personId })).toEqual({ changed: true });
    expect(await growth.forgetPerson({ personId })).toEqual({ changed: false });
    for (let life = 0; life < 2; life++) {
      expect(await sums()).toEqual(before);
      expect(await growth.findUser({ personId })).toEqual({ userId: 0n });
      expect(await growth.findUser({ personId: 501n })).toEqual({ userId: 1n });
      await served.stop();
      await start();
    }
    const { results } = await growth.recordEvents({ events: [signUp("f2", personId, 501n)] });
    expect(results[0]).toMatchObject({ userId: 2n, duplicate: true });
    expect(await growth.findUser({ personId })).toEqual({ userId: 0n });
  });

  it("takes nothing more from who is hidden or erased, over restarts too, and again from who is back", async () => {
    const [gone, other] = [601n, 602n];
    const { results: before } = await growth.recordEvents({ events: [signUp("g1", gone)] });
    expect(before[0].error).toBeUndefined();
    const set = (personId: bigint, state: PersonState, change = 0n) =>
      growth.setPersonState({ personId, state, change });
    const active = event("g2", { $case: "active", value: { personId: gone } });
    const taken = async (name: string) => {
      const events = [
        signUp(`${name} again`, gone),
        { ...active, eventId: `${name} active` },
        signUp(`${name} brought`, other, gone),
      ];
      const { results } = await growth.recordEvents({ events });
      return results.map(({ error }) => error?.code ?? 0);
    };
    const [alreadyExists, failedPrecondition, notFound] = [6, 9, 5];
    for (const state of [PersonState.HIDDEN, PersonState.ERASED]) {
      await set(gone, state);
      expect(await taken("no")).toEqual([failedPrecondition, failedPrecondition, notFound]);
      await served.stop();
      await start();
      expect(await taken("no")).toEqual([failedPrecondition, failedPrecondition, notFound]);
    }
    expect(await set(gone, PersonState.VISIBLE)).toEqual({ change: 3n });
    expect(await set(gone, PersonState.HIDDEN, 2n)).toEqual({ change: 3n });
    expect(await taken("yes")).toEqual([alreadyExists, 0, 0]);
    const invalid = { code: "INVALID_ARGUMENT" };
    await expect(set(0n, PersonState.HIDDEN)).rejects.toMatchObject(invalid);
    await expect(set(gone, PersonState.UNSPECIFIED)).rejects.toMatchObject(invalid);
  });

  it("forgets nobody who never was, and names a wrong id", async () => {
    expect(await growth.forgetPerson({ personId: 77_777n })).toEqual({ changed: false });
    for (const call of [growth.forgetPerson, growth.findUser]) {
      await expect(call({ personId: 0n })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });
}
