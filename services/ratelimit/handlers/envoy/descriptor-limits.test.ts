import { describe, expect, it } from "vitest";
import { RateLimitResponse_RateLimit_Unit as Unit } from "#envoy/service/ratelimit/v3/rls.ts";
import { Overrides } from "../../domain/overrides.ts";
import { overrideOf } from "./descriptor-limits.ts";

const HOUR_US = 3_600_000_000;

describe("a limit that comes with a request", () => {
  it.each([
    [10, Unit.DAY, 24],
    [1, Unit.MONTH, 30 * 24],
    [115, Unit.YEAR, 365 * 24],
    [7, Unit.HOUR, 1],
    [50_000, Unit.DAY, 24],
  ])(
    "admits %i in each unit %i after its burst, less by 1% at most",
    (requestsPerUnit, unit, hours) => {
      const overrides = new Overrides(0);
      const limit = overrideOf({ requestsPerUnit, unit, unitMultiplier: undefined }, "test");
      const allows = (nowUs: number, hits = 1) =>
        overrides.take("edge/a", limit, hits, nowUs).waitUs === 0;
      expect(allows(0, requestsPerUnit)).toBe(true);
      let admitted = 0;
      for (let step = 1; step <= 1_000; step++) {
        while (allows((step / 1_000) * hours * HOUR_US)) admitted++;
      }
      expect(admitted).toBeLessThanOrEqual(requestsPerUnit);
      expect(admitted).toBeGreaterThanOrEqual(Math.floor(requestsPerUnit * 0.99));
    },
  );
});
