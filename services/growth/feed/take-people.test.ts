import { expect, test } from "vitest";
import type { SignUpEvent } from "#gen/event/v1/event.ts";
import { until } from "../../../test/support/until.ts";
import { userIdOf } from "../../model/ids.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";
import { SimulatedDisk } from "../../platform/storage/log/testing/simulated-disk.ts";
import { findFileJournal } from "../adapters/log/file-journal.ts";
import { DAY_MS } from "../domain/figures/days.ts";
import { personOf } from "../domain/state/people.ts";
import { GrowthStore } from "../domain/store/growth-store.ts";
import { AwaitedPeople } from "./awaited-people.ts";
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

const WAIT_MS = 1_000;

/** Takes people into the store; a clock whose time passes when it is told; who came without its referrer. */
function takingInto(store: GrowthStore, people: GonePeople = NOBODY_GONE) {
  const clock = new ManualClock();
  const awaited = new AwaitedPeople({ clock, maxMs: WAIT_MS, maxWaiting: 2 });
  const missing: string[] = [];
  const onReferrerMissing = (requestId: string) => void missing.push(requestId);
  const handle = takePeople({ store, people, awaited, onReferrerMissing });
  const closing = new AbortController();
  const take = (...[event, id]: ReturnType<typeof told>) => handle(event, id, closing.signal);
  return { take, clock, missing, closing };
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
    const { take } = takingInto(store);
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
  const { take, clock, missing } = takingInto(store);
  const early = take(...told(7n, 5n));
  await until(() => clock.sleeperCount === 1);
  await take(...told(5n));
  await early;
  expect(clock.sleeperCount).toBe(0);
  await take(...told(6n, 0n, { timeMs: 1n }));
  await expect(take(...told(9n, 9n))).rejects.toThrow("self-referral");
  const { ledger } = store.state;
  expect(ledger.count).toBe(2);
  expect(ledger.figuresOf(1)).toMatchObject({ broughtUsers: 1 });
  expect(missing).toEqual([]);
  await store.close();
});

test("who names somebody that never comes counts once as brought by nobody, also after a restart and when that one comes at last", async () => {
  const files = new SimulatedDisk();
  let store = await openOn(files);
  let { take, clock, missing } = takingInto(store);
  const alone = take(...told(7n, 5n));
  await until(() => clock.sleeperCount === 1);
  await clock.advance(WAIT_MS - 1);
  expect(store.state.ledger.count).toBe(0);
  await clock.advance(1);
  await alone;
  expect(missing).toEqual(["r"]);
  // Told again: it is known, and waits for nobody.
  await take(...told(7n, 5n));
  await store.close();
  store = await openOn(files);
  ({ take, clock, missing } = takingInto(store));
  await take(...told(7n, 5n));
  await take(...told(5n));
  await take(...told(7n, 5n));
  const { ledger, people } = store.state;
  expect(ledger.count).toBe(2);
  expect(ledger.figuresOf(people.userOf(personOf(5n)))).toMatchObject({ broughtUsers: 0 });
  expect(ledger.figuresOf(people.userOf(personOf(7n)))).toMatchObject({ referrer: 0, revenue: 15 });
  expect(store.state.figures.days.get(TODAY)).toMatchObject({ newUsers: 2, referredUsers: 0 });
  expect([clock.sleeperCount, missing]).toEqual([0, []]);
  await store.close();
});

test("when too many wait, who has waited longest goes on; at the end nobody does, and nothing is taken", async () => {
  const store = await openOn(new SimulatedDisk());
  const { take, clock, closing, missing } = takingInto(store);
  const first = take(...told(11n, 1n));
  await until(() => clock.sleeperCount === 1);
  const others = [take(...told(12n, 2n)), take(...told(13n, 3n))];
  await first;
  expect([store.state.ledger.count, missing.length]).toEqual([1, 1]);
  await until(() => clock.sleeperCount === 2);
  closing.abort(new Error("closing"));
  for (const other of others) await expect(other).rejects.toThrow("closing");
  expect([store.state.ledger.count, missing.length]).toEqual([1, 1]);
  await store.close();
});

test("a sign-up that was on its way while its person was erased leaves a user, and nobody who that is", async () => {
  const gone = new Map([[userIdOf(5n), "erased"] as const, [userIdOf(6n), "hidden"] as const]);
  const people = { hidesAny: true, goneAmong: () => gone };
  const files = new SimulatedDisk();
  for (let life = 0; life < 2; life++) {
    const store = await openOn(files);
    const { take } = takingInto(store, people);
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
