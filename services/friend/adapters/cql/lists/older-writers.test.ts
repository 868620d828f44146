import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../../../platform/clock/manual-clock.ts";
import { type LeaseRow, NOBODY, RELEASED } from "../../../../platform/storage/leases/lease-rows.ts";
import { createLogger } from "../../../../platform/telemetry/logger.ts";
import { announcingHolder, OlderWriters } from "./older-writers.ts";

const BEGAN_MS = Date.UTC(2026, 10, 29);
const HOUR_MS = 3_600_000;
const log = createLogger("older-writers-test", "silent");

describe("older friend services", () => {
  let clock: ManualClock;
  let leases: Map<bigint, LeaseRow>;
  let writers: OlderWriters;
  let isAway: boolean;

  beforeEach(() => {
    clock = new ManualClock();
    leases = new Map();
    isAway = false;
    writers = new OlderWriters({
      leases: {
        list: async () => {
          if (isAway) throw new Error("nobody answers");
          return [...leases.keys()];
        },
        read: async (generation) => leases.get(generation),
      },
      clock,
      log,
    });
  });

  /** A lease as it is stored, begun at that time. */
  function lease(holder: string, beganMs: number, rest: Partial<LeaseRow> = {}): bigint {
    const generation = (BigInt(beganMs) << 20n) | BigInt(leases.size);
    const row = { generation, holder, renewals: 7n, takenBy: NOBODY, looks: 0, takenAtMs: 0 };
    leases.set(generation, { ...row, ...rest });
    return generation;
  }

  it("are none where all tell of changes, once it was looked", async () => {
    lease(announcingHolder("a:1"), BEGAN_MS);
    expect(writers.goneByMs()).toBeUndefined();
    await writers.look();
    expect(writers.goneByMs()).toBeLessThan(BEGAN_MS);
  });

  it("may change lists until somebody has looked after what they left", async () => {
    const generation = lease("a:1", BEGAN_MS);
    const row = leases.get(generation);
    for (const rest of [{}, { renewals: RELEASED }, { takenBy: 5n }]) {
      if (row) leases.set(generation, { ...row, ...rest });
      await writers.look();
      expect(writers.goneByMs()).toBeUndefined();
    }
    if (row) leases.set(generation, { ...row, takenBy: 5n, looks: 1 });
    await writers.look();
    expect(writers.goneByMs()).toBe(BEGAN_MS + HOUR_MS);
    await writers.look();
    expect(writers.goneByMs()).toBe(BEGAN_MS + HOUR_MS);
  });

  it("that begin again end what was packed before", async () => {
    lease(announcingHolder("a:1"), BEGAN_MS);
    await writers.look();
    lease("b:2", BEGAN_MS + 5 * HOUR_MS);
    await writers.look();
    expect(writers.goneByMs()).toBeUndefined();
    leases.delete(lease("c:3", BEGAN_MS + 9 * HOUR_MS));
    for (const [generation, row] of leases) leases.set(generation, { ...row, looks: 4 });
    await writers.look();
    expect(writers.goneByMs()).toBe(BEGAN_MS + 6 * HOUR_MS);
  });

  it("may be there when it is long since anybody could look", async () => {
    await writers.start();
    await clock.advance(30_000);
    expect(writers.goneByMs()).toBeDefined();
    isAway = true;
    await clock.advance(60_000);
    expect(writers.goneByMs()).toBeDefined();
    await clock.advance(15_000);
    expect(writers.goneByMs()).toBeUndefined();
    isAway = false;
    await clock.advance(15_000);
    expect(writers.goneByMs()).toBeDefined();
    await writers.close();
  });
});
