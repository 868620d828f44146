import { expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { CqlOutbox } from "./cql-outbox.ts";
import type { CqlPosition } from "./cql-outbox-rows.ts";
import type { OutboxItem } from "./outbox.ts";
import { startRelay } from "./relay.ts";

const log = createLogger("test", "silent");

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
    readBucket: async (at: CqlPosition, end: bigint) =>
      stored.filter(({ position }) => {
        const isThere = position.bucket === at.bucket && position.position > at.position;
        return isThere && position.position < end;
      }),
    setWatermark: async () => {},
    removePublished: async () => {},
  };
  return rows;
}

it("publishes no event of a write of unknown outcome before its change is complete", async () => {
  const clock = new ManualClock();
  const rows = memoryRows();
  const lease = { generation: 1n, isHeld: () => true };
  const outbox = new CqlOutbox({ rows, clock, lease: () => lease });
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
