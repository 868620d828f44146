import { expect, test } from "vitest";
import { seededRandom } from "../../../platform/storage/log/testing/random.ts";
import { SimulatedDisk } from "../../../platform/storage/log/testing/simulated-disk.ts";
import { DAY_MS } from "../../domain/figures/days.ts";
import { activeIn } from "../../domain/figures/reports.ts";
import { NaiveLedger } from "../../domain/ledger/testing/naive-ledger.ts";
import { eventKeyOf } from "../../domain/state/event-key.ts";
import { GrowthStore } from "../../domain/store/growth-store.ts";
import { findFileJournal } from "./file-journal.ts";

const LIVES = 5;
const STEPS = 40;

/** One thing that was asked for: an insert, or a person's post. */
type Asked =
  | { readonly revenue: number; readonly referrer: number; readonly event: string }
  | { readonly person: number; readonly day: number; readonly event: string };

async function openOn(disk: SimulatedDisk, nowMs: () => number, deaths: Error[]) {
  const stored = await findFileJournal({ files: disk, folder: "growth", maxSegmentBytes: 600 });
  return GrowthStore.open(stored, {
    limits: { maxUsers: 5_000, maxEvents: 1_000 },
    checkpointRecords: 25,
    nowMs,
    fatal: (error) => deaths.push(error),
  });
}

/** What is there must be what the first so many asked for make of a naive ledger. */
function expectPrefix(store: GrowthStore, asked: readonly Asked[], sure: number): number {
  const { state } = store;
  const prefix = state.events.count;
  expect(prefix).toBeGreaterThanOrEqual(sure);
  expect(prefix).toBeLessThanOrEqual(asked.length);
  const naive = new NaiveLedger();
  const posts = new Map<number, number>();
  for (const one of asked.slice(0, prefix)) {
    if ("revenue" in one) naive.insert(one.revenue, one.referrer);
    else posts.set(one.day, (posts.get(one.day) ?? 0) + 1);
  }
  expect(state.ledger.count).toBe(naive.users.length);
  for (const { user } of naive.users) {
    expect(state.ledger.figuresOf(user)).toEqual(naive.figuresOf(user));
    expect(state.ledger.order.rankOf(user)).toBe(naive.rankOf(user));
  }
  const days = [...state.figures.days];
  expect(days.reduce((sum, [, day]) => sum + day.newUsers, 0)).toBe(naive.users.length);
  for (const [day, count] of posts) expect(state.figures.days.get(day)?.posts).toBe(count);
  for (const [day, { newUsers, posts: count }] of days) {
    expect(activeIn(state.figures, day, 1)).toBeGreaterThanOrEqual(Math.min(newUsers + count, 1));
  }
  return prefix;
}

function next(asked: readonly Asked[], random: () => number, day: number): Asked {
  const event = `event-${asked.length}`;
  if (random() < 0.2) return { person: 1 + Math.floor(random() * 9), day, event };
  const users = asked.filter((one) => "revenue" in one).length;
  const referrer = users > 0 && random() < 0.6 ? 1 + Math.floor(random() * users) : 0;
  return { revenue: Math.floor(random() * 20), referrer, event };
}

function tell(store: GrowthStore, one: Asked): string {
  const key = eventKeyOf(one.event);
  if ("revenue" in one) return store.insert({ ...one, key }).kind;
  const origin = { client: "ios", device: "", place: "Bern" };
  const person = { low: one.person, high: 0 };
  return store.record({ kind: "posted", key, day: one.day, person, origin }).kind;
}

test.each(Array.from({ length: 30 }, (_, i) => i + 1))(
  "after crashes there is what was answered, each event once, seed %i",
  async (seed) => {
    const random = seededRandom(seed);
    let disk = new SimulatedDisk();
    const asked: Asked[] = [];
    let sure = 0;
    let day = 20_000;
    for (let life = 0; life < LIVES; life++) {
      const deaths: Error[] = [];
      const store = await openOn(disk, () => day * DAY_MS, deaths);
      asked.length = expectPrefix(store, asked, sure);
      sure = asked.length;
      for (const one of asked.slice(-20)) expect(tell(store, one)).toBe("duplicate");
      disk.diesAt = disk.operations + 5 + Math.floor(random() * 120);
      const running: Promise<void>[] = [];
      for (let step = 0; step < STEPS && deaths.length === 0; step++) {
        if (random() < 0.05) day++;
        for (let i = Math.floor(random() * 5); i >= 0; i--) {
          const one = next(asked, random, day);
          asked.push(one);
          expect(tell(store, one)).toBe("done");
        }
        const upTo = asked.length;
        const answered = (async () => {
          await store.durable();
          sure = Math.max(sure, upTo);
        })();
        running.push(answered.catch(() => {}));
        if (random() < 0.5) await Promise.all(running);
      }
      await Promise.all(running);
      disk = disk.afterPowerFailure(random);
    }
  },
);
