import { expect, test } from "vitest";
import type { SignUpEvent } from "#gen/event/v1/event.ts";
import { userIdOf } from "../../model/ids.ts";
import { SimulatedDisk } from "../../platform/storage/log/testing/simulated-disk.ts";
import { findFileJournal } from "../adapters/log/file-journal.ts";
import { DAY_MS } from "../domain/figures/days.ts";
import { personOf } from "../domain/state/people.ts";
import { GrowthStore } from "../domain/store/growth-store.ts";
import { takePeople } from "./take-people.ts";

const TODAY = 20_000;
const NOBODY_GONE = { hidesAny: false, goneAmong: () => new Map() };

async function openOn(files: SimulatedDisk): Promise<GrowthStore> {
  return GrowthStore.open(await findFileJournal({ files, folder: "g", maxSegmentBytes: 1_000 }), {
    limits: { maxUsers: 100, maxEvents: 1_000 },
    checkpointRecords: 3,
    nowMs: () => TODAY * DAY_MS,
    fatal: (error) => {
      throw error;
    },
  });
}

/** A message for each person, which all its copies have. */
function told(userId: bigint, referrerId = 0n, changes: Partial<SignUpEvent> = {}) {
  const origin = { client: "web", device: "", place: "Vienna" };
  const timeMs = BigInt(TODAY * DAY_MS + 5);
  const value = { userId, referrerId, revenue: 15n, timeMs, ...origin, ...changes };
  const event = { event: { $case: "signUp", value } as const, requestId: "r" };
  return [{ ...event, messageId: Buffer.alloc(0) }, `sign-up-${userId}`] as const;
}

test("people and who brought them count once, whatever is delivered again and restarts", async () => {
  const files = new SimulatedDisk();
  const big = 9_007_199_254_740_993n;
  for (let life = 0; life < 3; life++) {
    const store = await openOn(files);
    const take = takePeople({ store, people: NOBODY_GONE });
    await take(...told(big));
    await take(...told(7n, big));
    // Said again later with other words: the first counts.
    await take(...told(7n, 0n, { revenue: 99n }));
    await take(...told(8n, 7n));
    const { ledger, people } = store.state;
    expect(ledger.count).toBe(3);
    expect(ledger.figuresOf(people.userOf(personOf(big)))).toMatchObject({
      revenue: 30,
      broughtUsers: 2,
      broughtRevenue: 30,
    });
    const today = store.state.figures.days.get(TODAY);
    expect(today).toMatchObject({ newUsers: 3, referredUsers: 2 });
    expect(today?.parts.place.get("Vienna")?.newUsers).toBe(3);
    await store.close();
  }
});

test("one who comes before its referrer waits for it; who is too old, or no person, never counts", async () => {
  const store = await openOn(new SimulatedDisk());
  const take = takePeople({ store, people: NOBODY_GONE });
  await expect(take(...told(7n, 5n))).rejects.toThrow("person 7 is not taken in: referrer-unknown");
  await take(...told(5n));
  await take(...told(7n, 5n));
  await take(...told(6n, 0n, { timeMs: 1n }));
  await expect(take(...told(9n, 9n))).rejects.toThrow("self-referral");
  expect(store.state.ledger.count).toBe(2);
  await store.close();
});

test("a sign-up that was on its way while its person was erased leaves a user, and nobody who that is", async () => {
  const gone = new Map([[userIdOf(5n), "erased"] as const, [userIdOf(6n), "hidden"] as const]);
  const people = { hidesAny: true, goneAmong: () => gone };
  const files = new SimulatedDisk();
  for (let life = 0; life < 2; life++) {
    const store = await openOn(files);
    const take = takePeople({ store, people });
    await take(...told(5n));
    await take(...told(6n));
    await take(...told(7n, 6n));
    // Brought by somebody who is erased: by nobody, as nobody knows any more who that was.
    await take(...told(8n, 5n));
    const { ledger, people: users } = store.state;
    expect(ledger.count).toBe(4);
    expect([5n, 6n, 7n, 8n].map((id) => users.userOf(personOf(id)))).toEqual([0, 2, 3, 4]);
    expect(ledger.figuresOf(2)).toMatchObject({ broughtUsers: 1 });
    expect(ledger.figuresOf(1)).toMatchObject({ revenue: 15, broughtUsers: 0 });
    await store.close();
  }
});
