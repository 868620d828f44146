import { once } from "node:events";
import { expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { type Amounts, NOTHING } from "../domain/amounts.ts";
import type { HeardNotice } from "../domain/leases/lease-notices.ts";
import { type Limit, LimitBook } from "../domain/limits/limit-book.ts";
import type { LeaseSource } from "./lease-source.ts";
import { LimitHolder } from "./limit-holder.ts";

const both = (amount: number): Amounts => ({ ops: amount, bytes: amount });
const RATE = both(3_600_000);
const BURST = both(10);
const limits = { rate: RATE, ceiling: RATE, burst: BURST, boot: NOTHING, safe: NOTHING };
const limit: Limit = {
  path: "fleet/h",
  limits: { ...limits, weight: 1, priority: 0 },
  leased: true,
  shadow: false,
};

/** Whose time stands still: nothing is ever due by itself. */
const clock: Clock = {
  nowMs: () => 0,
  monotonicMs: () => 0,
  delay: async (_, signal) => {
    if (signal === undefined) throw new Error("nobody would wake it");
    if (!signal.aborted) await once(signal, "abort");
    throw signal.reason;
  },
};

it("renews at once what it is told to, and gives up what it lost", async () => {
  let heard: HeardNotice = () => {};
  let granted = RATE;
  let asked = Promise.withResolvers<void>();
  const source: LeaseSource = {
    lease: async (_, asks) => {
      asked.resolve();
      const times = { lengthMs: 5_000, refreshMs: 1_000 };
      const tokens = granted === RATE ? BURST : NOTHING;
      const lease = {
        path: "fleet/h",
        granted,
        burst: BURST,
        tokens,
        isFresh: true,
        safe: NOTHING,
        ...times,
      };
      return {
        grants: asks.map(() => ({ kind: "leased", lease })),
        book: new LimitBook(1n, [limit]),
      };
    },
    watch: async (_, listener, signal) => {
      heard = listener;
      if (!signal.aborted) await once(signal, "abort");
    },
    release: async () => {},
  };
  const log = createLogger("test", "silent");
  await using holder = new LimitHolder({ source, holder: "h", clock, log });
  await holder.ready("fleet/h");
  await holder.ready("fleet/h");
  expect(holder.take("fleet/h", 1, 0).kind).toBe("allowed");
  asked = Promise.withResolvers();
  granted = NOTHING;
  heard(["fleet/other"]);
  heard(["fleet/h"]);
  await asked.promise;
  // Once its answer is taken in there is a burst left, and nothing more before a lease gives more.
  await until(() => {
    const taken = holder.take("fleet/h", 1, 0);
    return taken.kind === "refused" && taken.retryAfterMs === 1_000;
  });
});
