import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postTimeMs } from "../../../model/ids.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { createLogger } from "../../telemetry/logger.ts";
import type { GrantStore } from "./grants.ts";
import { startIdSource } from "./id-source.ts";
import { IdStamper, MAX_STEP_BACK_MS } from "./stamper.ts";

const log = createLogger("test", "silent");
const FROM_MS = Date.UTC(2026, 0, 1);

describe("the stamper", () => {
  it("stamps rising ids inside its grant, whatever the clock does", () => {
    const steps = fc.array(fc.integer({ min: -2_000, max: 3_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20_000 }), (jumps, lengthMs) => {
        const grant = { node: 1_023, fromMs: FROM_MS, toMs: FROM_MS + lengthMs };
        const stamper = new IdStamper(grant);
        let nowMs = FROM_MS;
        let last = 0n;
        for (const jump of jumps) {
          nowMs += jump;
          const id = stamper.next(nowMs);
          if (typeof id === "string") continue;
          expect(id).toBeGreaterThan(last);
          expect(postTimeMs(id)).toBeGreaterThanOrEqual(grant.fromMs);
          expect(postTimeMs(id)).toBeLessThan(grant.toMs);
          last = id;
        }
      }),
    );
  });

  it("runs ahead of the clock when a millisecond's sequence is used up", () => {
    const stamper = new IdStamper({ node: 0, fromMs: FROM_MS, toMs: FROM_MS + 10 });
    const ids = Array.from({ length: 4_097 }, () => stamper.next(FROM_MS) as bigint);
    expect(new Set(ids).size).toBe(4_097);
    expect(postTimeMs(ids[4_096] as never)).toBe(FROM_MS + 1);
  });

  it("says why it refuses", () => {
    const stamper = new IdStamper({ node: 0, fromMs: FROM_MS, toMs: FROM_MS + 10 });
    expect(stamper.next(FROM_MS + 10)).toBe("grant-ended");
    stamper.extendTo(FROM_MS + 20);
    expect(typeof stamper.next(FROM_MS + 10)).toBe("bigint");
    expect(stamper.next(FROM_MS + 10 - MAX_STEP_BACK_MS - 1)).toBe("clock-behind");
  });
});

function start() {
  const clock = new ManualClock(FROM_MS);
  const store = {
    isDown: false,
    storeTimeMs: undefined as number | undefined,
    ends: [] as number[],
  };
  const grants: GrantStore = {
    acquire: async (fromMs, toMs) => ({
      grant: { node: 1, fromMs, toMs },
      storeTimeMs: store.storeTimeMs,
    }),
    extend: async (_grant, toMs) => {
      if (store.isDown) throw new Error("down");
      store.ends.push(toMs);
      return { storeTimeMs: store.storeTimeMs };
    },
    release: async (_grant, toMs) => {
      store.ends.push(toMs);
    },
  };
  return { clock, store, open: () => startIdSource({ grants, clock, log, grantMs: 1_000 }) };
}

describe("the id source", () => {
  it("extends its grant while it can, refuses when it cannot, and goes on afterwards", async () => {
    const { clock, store, open } = start();
    const ids = await open();
    await clock.advance(5_000);
    ids.next();
    store.isDown = true;
    await clock.advance(2_000);
    expect(() => ids.next()).toThrow("could not be extended");
    store.isDown = false;
    await clock.advance(500);
    ids.next();
    await ids.close();
  });

  it("refuses when the wall clock was set, in either direction (rule 4.3)", async () => {
    for (const step of [-2_000, 2_000]) {
      const { clock, open } = start();
      const ids = await open();
      ids.next();
      clock.stepWall(step);
      expect(() => ids.next()).toThrow("off");
      await clock.advance(3_000);
      expect(() => ids.next()).toThrow("off");
      clock.stepWall(-step);
      ids.next();
      await ids.close();
    }
  });

  it("refuses when the store's clock says something else", async () => {
    const { clock, store, open } = start();
    store.storeTimeMs = FROM_MS + 600;
    const ids = await open();
    expect(() => ids.next()).toThrow("off");
    store.storeTimeMs = FROM_MS + 250 + 400;
    await clock.advance(250);
    ids.next();
    await ids.close();
  });

  it("gives its node back from the first time it has not used", async () => {
    const { store, open } = start();
    const ids = await open();
    ids.next();
    await ids.close();
    expect(store.ends).toEqual([FROM_MS + 1]);
  });
});
