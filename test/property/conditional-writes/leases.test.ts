import { expect, it } from "vitest";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { DeadOrAlive } from "../../../services/platform/storage/leases/dead-or-alive.ts";
import { LEASE_TIMES } from "../../../services/platform/storage/leases/lease.ts";
import { keepLease } from "../../../services/platform/storage/leases/lease-keeper.ts";
import { LeaseRows, NOBODY } from "../../../services/platform/storage/leases/lease-rows.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { type Choose, everyPath } from "./every-path.ts";
import { LateCql } from "./late-cql.ts";

const FAULTS = 2;
const STEP_MS = 2_000;
const HEIR = 7n;
const log = createLogger("test", "silent");

/**
 * A holder keeps its lease while an heir watches; renewals may be lost, and in the end the holder stops
 * renewing. While the holder relies on its lease nobody has taken over; it gives up no lease that nobody
 * took; and the heir gets it.
 */
async function holderAndHeir(choose: Choose): Promise<void> {
  const clock = new ManualClock();
  const cql = new LateCql(choose, FAULTS);
  const times = LEASE_TIMES;
  const rows = new LeaseRows(cql.session, "test", times);
  const keeping = { rows, holder: "holder", clock, random: () => 0, log, times };
  const keeper = await keepLease(keeping).catch(() => undefined);
  if (!keeper) return;
  const { generation } = keeper.lease;
  const watch = new DeadOrAlive(times);
  const heirLooks = async () => {
    const row = await rows.read(generation);
    if (!row || row.takenBy !== NOBODY || !watch.isDead(row, clock.monotonicMs())) return;
    await rows.take(row, HEIR, clock.nowMs()).catch(() => {});
  };
  const takenBy = async () => (await rows.read(generation))?.takenBy;
  const check = async () => {
    const taken = (await takenBy()) !== NOBODY;
    if (taken) expect(keeper.lease.generation === generation && keeper.lease.isHeld()).toBe(false);
    else expect(keeper.lease.generation).toBe(generation);
  };
  for (let i = 0; i < 4; i++) {
    await clock.advance(STEP_MS);
    await heirLooks();
    await check();
  }
  // Answered again, it is held, whatever came before.
  expect(keeper.lease.isHeld()).toBe(true);
  await keeper.close();
  for (let i = 0; i < 3; i++) {
    await heirLooks();
    await clock.advance(times.durationMs + times.marginMs);
  }
  await heirLooks();
  expect(await takenBy()).toBe(HEIR);
}

it("a lease has one holder, is given up to nobody but an heir, and is released at the end", async () => {
  const runs = await everyPath(holderAndHeir);
  expect(runs).toBeGreaterThan(100);
});
