import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postTimeMs } from "../../../model/ids.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { type DomainError, NOT_BEGUN } from "../../grpc/errors/errors.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { GRANT_MS, type GrantStore } from "./grants.ts";
import { startIdSource } from "./id-source.ts";
import { IdStamper, MAX_STEP_BACK_MS, REFUSALS } from "./stamper.ts";

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
    expect(stamper.next(FROM_MS + 10)).toBe(REFUSALS.grantEnded);
    stamper.extendTo(FROM_MS + 20);
    expect(typeof stamper.next(FROM_MS + 10)).toBe("bigint");
    expect(stamper.next(FROM_MS + 10 - MAX_STEP_BACK_MS - 1)).toBe(REFUSALS.clockBehind);
  });
});

/** Grants of a store that may be down, slow, or give the node to another. */
function start(newestMs = 0) {
  const clock = new ManualClock(FROM_MS);
  const store = {
    isDown: false,
    isTaken: false,
    newestMs,
    /** How far the store's time is from the true one; undefined: it has no clock. */
    offMs: undefined as number | undefined,
    /** Until it looks at its clock, and from then until the answer is here. */
    delaysMs: [0, 0] as [number, number],
    ends: [] as number[],
    nodes: 0,
  };
  const grants: GrantStore = {
    newestMs: async () => store.newestMs,
    get storeTimeMs() {
      const { offMs } = store;
      if (offMs === undefined) return undefined;
      return async () => {
        await clock.advance(store.delaysMs[0]);
        const timeMs = clock.nowMs() + offMs;
        await clock.advance(store.delaysMs[1]);
        return timeMs;
      };
    },
    acquire: async (fromMs, toMs) => ({ node: ++store.nodes, fromMs, toMs }),
    extend: async (grant, toMs) => {
      if (store.isDown) throw new Error("down");
      if (store.isTaken) return undefined;
      store.ends.push(toMs);
      return { ...grant, toMs };
    },
    release: async (_grant, toMs) => {
      store.ends.push(toMs);
    },
  };
  return { clock, store, open: () => startIdSource({ grants, clock, log }) };
}

function reasonOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as DomainError).reason;
  }
  return undefined;
}

const LOOK_MS = GRANT_MS / 4;

describe("the id source", () => {
  it("extends its grant while it can, refuses when it cannot, and goes on afterwards", async () => {
    const { clock, store, open } = start();
    const ids = await open();
    const heard: boolean[] = [];
    ids.watch((refusal) => heard.push(refusal === undefined));
    await clock.advance(5 * GRANT_MS);
    ids.next();
    store.isDown = true;
    await clock.advance(2 * GRANT_MS);
    // Who asks is told what became of the call, and what to do.
    expect(() => ids.next()).toThrow(/nothing was stored, try again: .* grant of ids ran out/);
    expect(reasonOf(() => ids.next())).toBe(NOT_BEGUN);
    store.isDown = false;
    await clock.advance(LOOK_MS);
    ids.next();
    expect(heard).toEqual([true, false, true]);
    await ids.close();
  });

  it("refuses when the wall clock was set, in either direction (rule 4.3)", async () => {
    for (const step of [-2_000, 2_000]) {
      const { clock, open } = start();
      const ids = await open();
      ids.next();
      clock.stepWall(step);
      expect(() => ids.next()).toThrow("off");
      await clock.advance(LOOK_MS);
      expect(() => ids.next()).toThrow("off");
      clock.stepWall(-step);
      ids.next();
      await ids.close();
    }
  });

  it("goes on by itself once a step has lasted, forward at once, back when the ids let it", async () => {
    const { clock, open } = start();
    const ids = await open();
    const first = ids.next();
    clock.stepWall(3_600_000);
    await clock.advance(2 * LOOK_MS);
    expect(() => ids.next()).toThrow("off");
    await clock.advance(GRANT_MS);
    const later = ids.next();
    expect(postTimeMs(later) - postTimeMs(first)).toBeGreaterThan(3_600_000);
    clock.stepWall(-60_000);
    await clock.advance(GRANT_MS);
    expect(() => ids.next()).toThrow("behind the last id");
    await clock.advance(60_000);
    expect(ids.next()).toBeGreaterThan(later);
    await ids.close();
  });

  it("takes no clock for right that is set again and again", async () => {
    const { clock, open } = start();
    const ids = await open();
    for (let i = 0; i < 20; i++) {
      clock.stepWall(2_000);
      await clock.advance(LOOK_MS);
      expect(() => ids.next()).toThrow("off");
    }
    await ids.close();
  });

  it("stamps nothing at or below what is stored, whatever the clock says at the start", async () => {
    const { clock, open } = start(FROM_MS + 3_600_000);
    const ids = await open();
    const heard: (string | undefined)[] = [];
    ids.watch((refusal) => heard.push(refusal));
    expect(() => ids.next()).toThrow("behind the newest id stored, of 2026-01-01T01:00");
    await clock.advance(GRANT_MS);
    expect(() => ids.next()).toThrow("behind the newest id stored");
    clock.stepWall(3_600_000);
    await clock.advance(GRANT_MS);
    expect(postTimeMs(ids.next())).toBeGreaterThan(FROM_MS + 3_600_000);
    expect(heard.map((refusal) => refusal === undefined)).toEqual([false, true]);
    await ids.close();
  });

  it("begins after the newest id when the clock is a little behind it", async () => {
    const { open } = start(FROM_MS + 200);
    const ids = await open();
    expect(postTimeMs(ids.next())).toBe(FROM_MS + 201);
    await ids.close();
  });

  it("refuses when the store's clock says something else, and recovers by itself", async () => {
    const { clock, store, open } = start();
    store.offMs = 600;
    const ids = await open();
    expect(() => ids.next()).toThrow("-600 ms off the database's");
    store.offMs = 400;
    await clock.advance(2 * LOOK_MS);
    ids.next();
    // As after sleep: the wall clock alone has gone on.
    clock.stepWall(600_000);
    expect(() => ids.next()).toThrow("off");
    await clock.advance(2 * LOOK_MS);
    ids.next();
    await ids.close();
  });

  it("pairs the store's time with the middle of the round trip", async () => {
    for (const delaysMs of [
      [700, 0],
      [0, 700],
      [350, 350],
    ] as const) {
      const { clock, store, open } = start();
      store.offMs = 0;
      store.delaysMs = [...delaysMs];
      const ids = await open();
      ids.next();
      await clock.advance(3 * GRANT_MS);
      ids.next();
      await ids.close();
    }
  });

  it("takes another node when its own has become another's, and ids still rise", async () => {
    const { clock, store, open } = start();
    const ids = await open();
    const last = ids.next();
    store.isTaken = true;
    await clock.advance(LOOK_MS);
    store.isTaken = false;
    expect(() => ids.next()).toThrow("no grant");
    await clock.advance(LOOK_MS);
    expect(ids.next()).toBeGreaterThan(last);
    expect(store.nodes).toBe(2);
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
