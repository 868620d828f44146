import { expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { PostLogRow } from "../ports.ts";
import { gatherMs, type LogWatcher, LogWatchers } from "./log-watchers.ts";

const rowOf = (seq: number, bytes = 16): PostLogRow => ({
  ...{ seq, bucket: 3, previousBucket: 3 },
  packed: Buffer.alloc(bytes),
});

/** Messages as text: head and the numbers of the rows. */
function world() {
  const clock = new ManualClock();
  let encoded = 0;
  const watchers = new LogWatchers({
    clock,
    encode: ({ generation, seq }, rows) => {
      encoded++;
      return Buffer.from(`${generation}/${seq}: ${rows.map((row) => row.seq)}`);
    },
  });
  return { clock, watchers, encodedCount: () => encoded };
}

async function taken(stream: LogWatcher): Promise<string[]> {
  const messages: string[] = [];
  while (stream.waitingCount > 0) messages.push(String((await stream.next()).value));
  return messages;
}

it("tells of the first row at once, and of those that come soon after together, encoded once for all", async () => {
  const { clock, watchers, encodedCount } = world();
  const [one, other] = [watchers.watch(), watchers.watch()];
  for (let seq = 1; seq <= 5; seq++) {
    watchers.wrote(9n, rowOf(seq));
    await clock.advance(0.4 * gatherMs(2));
  }
  const messages = ["9/1: 1", "9/3: 2,3", "9/5: 4,5"];
  expect(await taken(one)).toEqual(messages);
  expect(await taken(other)).toEqual(messages);
  expect(encodedCount()).toBe(3);
});

it.each([
  [1, 50],
  [20, 50],
  [25, 40],
  [40, 25],
  [500, 25],
])("tells %d who watch of rows without end at most %d times a second", async (count, atMost) => {
  const { clock, watchers, encodedCount } = world();
  const streams = Array.from({ length: count }, () => watchers.watch());
  for (let seq = 1; seq <= 199; seq++) {
    watchers.wrote(9n, rowOf(seq));
    await clock.advance(5);
  }
  expect(encodedCount()).toBe(atMost);
  for (const stream of streams) expect(stream.waitingCount).toBeLessThanOrEqual(32);
});

it("says first where the log stands, and costs nothing while nobody watches", async () => {
  const { watchers, encodedCount } = world();
  const early = watchers.watch();
  expect(early.waitingCount).toBe(0);
  watchers.release(early);
  for (let seq = 1; seq <= 5; seq++) watchers.wrote(9n, rowOf(seq));
  expect(encodedCount()).toBe(0);
  expect(await taken(watchers.watch())).toEqual(["9/5: "]);
});

it("never has two generations in one message, nor more bytes than one holds", async () => {
  const { clock, watchers } = world();
  const stream = watchers.watch();
  watchers.wrote(9n, rowOf(1));
  watchers.wrote(9n, rowOf(2));
  watchers.wrote(10n, rowOf(1));
  for (let seq = 2; seq <= 4; seq++) watchers.wrote(10n, rowOf(seq, 60_000));
  await clock.advance(gatherMs(1));
  expect(await taken(stream)).toEqual(["9/1: 1", "9/2: 2", "10/3: 1,2,3", "10/4: 4"]);
});

it("keeps little for who does not read: the newest, so that they know what they lack", async () => {
  const { clock, watchers } = world();
  const [slow, quick] = [watchers.watch(), watchers.watch()];
  for (let seq = 1; seq <= 1_000; seq++) {
    watchers.wrote(9n, rowOf(seq));
    await clock.advance(gatherMs(2));
    expect(slow.waitingCount).toBeLessThanOrEqual(32);
    expect(await taken(quick)).toEqual([`9/${seq}: ${seq}`]);
  }
  expect((await taken(slow)).at(-1)).toBe("9/1000: 1000");
});

it("takes so many watchers and no more, and ends them when it closes", async () => {
  const { watchers } = world();
  const streams = Array.from({ length: 1_000 }, () => watchers.watch());
  expect(() => watchers.watch()).toThrow("no more are allowed");
  watchers.release(streams[0]);
  const last = watchers.watch();
  watchers.close();
  expect((await last.next()).done).toBe(true);
  expect(() => watchers.watch()).toThrow("closing");
});
