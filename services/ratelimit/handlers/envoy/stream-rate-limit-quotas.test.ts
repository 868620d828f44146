import { expect, it } from "vitest";
import { RateLimitQuotaUsageReports } from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { createLogger } from "../../../platform/telemetry/logger.ts";
import { LEASE_TIMES } from "../../domain/leases/lease.ts";
import { LeaseNotices } from "../../domain/leases/lease-notices.ts";
import { Seated } from "../../domain/seated.ts";
import type { LimitStore, Seat } from "../../ports.ts";
import { streamRateLimitQuotas } from "./stream-rate-limit-quotas.ts";

/** Of the event loop. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const REPORTS = 100;
const seat: Seat = { isHeld: () => true, term: 1n, holder: undefined, close: async () => {} };
const store: LimitStore = {
  load: async () => ({ revision: 0n, limits: [], holders: [], boots: [] }),
  change: async () => undefined,
  remember: async () => {},
  forget: async () => {},
  keepBoots: async () => {},
  forgetBoots: async () => {},
};

it("does not read on while its assignments are not taken", async () => {
  let read = 0;
  async function* reports(): AsyncGenerator<RateLimitQuotaUsageReports> {
    for (; read < REPORTS; read++) {
      yield RateLimitQuotaUsageReports.create({
        domain: "edge",
        bucketQuotaUsages: [{ bucketId: { bucket: { host: String(read) } } }],
      });
    }
  }
  const clock = new ManualClock(0);
  const notices = new LeaseNotices();
  const plan = { store, times: LEASE_TIMES, nowMs: () => clock.monotonicMs(), notices };
  const stream = streamRateLimitQuotas({
    seated: new Seated(seat, plan),
    notices,
    times: LEASE_TIMES,
    clock,
    closing: new AbortController().signal,
  });
  const call: Call = {
    deadlineMs: Infinity,
    signal: new AbortController().signal,
    requestId: "test",
    metadata: undefined as never,
    log: createLogger("test", "silent"),
  };
  const answers = stream(reports(), call)[Symbol.asyncIterator]();
  for (let taken = 1; taken <= 10; taken++) {
    expect((await answers.next()).done).toBe(false);
    // All that can be done without another answer being taken is done.
    await nextTurn();
    expect(read).toBeLessThanOrEqual(taken + 1);
  }
  await answers.return?.();
});
