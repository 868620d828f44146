import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { BIG_PERSON, eventsAt } from "./events.ts";
import { type GrowthServiceWorld, type ServedGrowth, serveGrowth } from "./served-growth.ts";

const NOON_MS = Date.UTC(2026, 10, 28, 12);

/** What an event's id stands for, on any engine. */
export function eventIdsSuite(open: () => Promise<GrowthServiceWorld>): void {
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

  it("takes no id of one event for another, over a restart too", async () => {
    const active = (personId: bigint) => ({ $case: "active" as const, value: { personId } });
    const posted = (personId: bigint) => ({ $case: "posted" as const, value: { personId } });
    const known = [
      signUp("s0", 7n),
      signUp("s1", BIG_PERSON, 7n),
      signUp("s2", 8n, 7n),
      signUp("s3", 9n),
      event("a1", active(99n)),
      event("p1", posted(7n), "web"),
    ];
    const others = [
      event("a1", active(98n)),
      event("a1", posted(99n)),
      event("a1", active(99n), "web"),
      { ...event("a1", active(99n)), timeMs: BigInt(clock.nowMs() - 86_400_000) },
      signUp("a1", 97n),
      signUp("s1", 96n, 7n),
      signUp("s1", BIG_PERSON),
      signUp("s1", BIG_PERSON, 9n),
      event("s1", active(BIG_PERSON)),
      event("order-1", active(95n)),
      signUp("order-1", 94n),
    ];
    await growth.insert({ revenue: 100n, eventId: "order-1" });
    await growth.recordEvents({ events: known });
    await growth.forgetPerson({ personId: 8n });
    for (let life = 0; life < 2; life++) {
      const { results } = await growth.recordEvents({ events: [...known, ...others] });
      expect(results.map(({ duplicate, error }) => error?.code ?? duplicate)).toEqual([
        ...known.map(() => true),
        ...others.map(() => 6),
      ]);
      for (const eventId of ["s0", "a1"]) {
        const again = growth.insert({ revenue: 100n, eventId });
        await expect(again).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
      }
      expect(await growth.findUser({ personId: 94n })).toEqual({ userId: 0n });
      await served.stop();
      await start();
    }
  });
}
