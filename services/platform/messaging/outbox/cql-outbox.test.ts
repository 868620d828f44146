import { expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { CqlOutbox } from "./cql-outbox.ts";
import { BUCKET_MS, type CqlPosition } from "./cql-outbox-rows.ts";
import type { OutboxItem } from "./outbox.ts";
import { startRelay } from "./relay.ts";

const log = createLogger("test", "silent");
const bucketNow = Math.floor(new ManualClock().nowMs() / BUCKET_MS);
const lease = { generation: 1n, isHeld: () => true };

/** Rows in memory; an insert may be stored and fail all the same, as one that timed out. */
function memoryRows() {
  const stored: OutboxItem<CqlPosition>[] = [];
  const rows = {
    isTimingOut: false,
    enlistBucket: async () => {},
    insert: async (position: CqlPosition, item: Omit<OutboxItem, "position">) => {
      stored.push({ ...item, position });
      if (rows.isTimingOut) throw unavailable("timed out");
    },
    readBucket: async (at: CqlPosition, end: bigint) => {
      rows.reads++;
      return stored.filter(({ position }) => {
        const isThere = position.bucket === at.bucket && position.position > at.position;
        return isThere && position.position < end;
      });
    },
    reads: 0,
    isMarkFailing: false,
    marks: [] as string[],
    setWatermark: async ({ position }: CqlPosition) => {
      if (rows.isMarkFailing) throw unavailable("timed out");
      rows.marks.push(`up to ${position}`);
    },
    removePublished: async ({ bucket, position }: CqlPosition) => {
      rows.marks.push(`bucket ${bucket - bucketNow} to ${position}`);
    },
  };
  return rows;
}

it("publishes no event of a write of unknown outcome before its change is complete", async () => {
  const clock = new ManualClock();
  const rows = memoryRows();
  const outbox = new CqlOutbox({ rows, clock, lease: () => lease, log });
  const seen: string[] = [];
  const relay = startRelay({
    outbox,
    clock,
    log,
    bus: {
      publish: async (_queue, payloads) =>
        void seen.push(...payloads.map((payload) => `published ${Buffer.from(payload)}`)),
    },
    complete: async (change) => void seen.push(`completed ${Buffer.from(change)}`),
  });
  const item = (name: string) => ({
    queue: "posts" as const,
    payload: Buffer.from(name),
    change: Buffer.from(name),
  });
  (await outbox.write(item("whole"))).done();
  await relay.settle();
  rows.isTimingOut = true;
  await expect(outbox.write(item("unknown"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await relay.settle();
  await relay.close();
  expect(seen).toEqual(["published whole", "completed unknown", "published unknown"]);
});

const event = (name: string) => ({ queue: "posts" as const, payload: Buffer.from(name) });

/** As the relay does, until nothing is left. */
async function publishAll(outbox: CqlOutbox): Promise<readonly string[]> {
  const published: string[] = [];
  for (;;) {
    const items = await outbox.read(2);
    if (items.length === 0) return published;
    published.push(...items.map(({ payload }) => Buffer.from(payload).toString()));
    await outbox.published(items);
  }
}

it("publishes what it has just written from memory, in the order of positions", async () => {
  const rows = memoryRows();
  const outbox = new CqlOutbox({ rows, clock: new ManualClock(), lease: () => lease, log });
  const tickets = [];
  for (const name of ["a", "b", "c", "d", "e"]) tickets.push(await outbox.write(event(name)));
  const [a, b, c, d, e] = tickets;
  c.done();
  a.done();
  expect(await publishAll(outbox)).toEqual(["a"]);
  expect(rows.reads).toBe(0);
  // Of a change that may be half written the row is read: it holds what completes it.
  b.failed();
  d.done();
  e.done();
  expect(await publishAll(outbox)).toEqual(["b", "c", "d", "e"]);
  expect(rows.reads).toBe(1);
  expect(await outbox.depth()).toBe(0);
});

it("marks what is published once a second while there is something, and the rest when it closes", async () => {
  const clock = new ManualClock();
  const rows = memoryRows();
  const outbox = new CqlOutbox({ rows, clock, lease: () => lease, log });
  const publish = async (name: string) => {
    (await outbox.write(event(name))).done();
    await publishAll(outbox);
  };
  for (const name of ["a", "b", "c"]) await publish(name);
  expect(rows.marks).toEqual([]);
  await clock.advance(1_000);
  expect(rows.marks).toEqual(["up to 3", "bucket 0 to 3"]);
  expect(clock.sleeperCount).toBe(0);
  rows.isMarkFailing = true;
  await publish("d");
  await clock.advance(BUCKET_MS);
  await publish("e");
  rows.isMarkFailing = false;
  await clock.advance(1_000);
  expect(rows.marks.slice(2)).toEqual(["up to 5", "bucket 0 to 4", "bucket 1 to 5"]);
  await publish("f");
  await outbox.close();
  expect(rows.marks.slice(5)).toEqual(["up to 6", "bucket 1 to 6"]);
});
