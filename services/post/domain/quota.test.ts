import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, takeToken } from "./quota.ts";

const QUOTA = { perMinute: 60, burst: 3 };

describe("the quota of an author", () => {
  it("allows a burst, then one each so often, and says when", () => {
    let bucket: Bucket | undefined;
    const take = (nowMs: number) => {
      const decision = takeToken(QUOTA, bucket, nowMs);
      if (decision.kind === "allowed") bucket = decision.bucket;
      return decision.kind === "allowed" ? "allowed" : decision.retryAfterMs;
    };
    expect([take(0), take(0), take(0), take(0)]).toEqual(["allowed", "allowed", "allowed", 1_000]);
    expect([take(400), take(1_000), take(1_000)]).toEqual([600, "allowed", 1_000]);
  });

  it("never allows more than the burst and what the time gives, whatever the clock does", () => {
    const steps = fc.array(fc.integer({ min: -500, max: 2_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (jumps) => {
        let bucket: Bucket | undefined;
        let nowMs = 0;
        let forwardMs = 0;
        let allowed = 0;
        for (const jump of jumps) {
          nowMs += jump;
          forwardMs += Math.max(0, jump);
          const decision = takeToken(QUOTA, bucket, nowMs);
          if (decision.kind === "refused") continue;
          bucket = decision.bucket;
          allowed += 1;
        }
        expect(allowed).toBeLessThanOrEqual(QUOTA.burst + (forwardMs * QUOTA.perMinute) / 60_000);
      }),
    );
  });
});
