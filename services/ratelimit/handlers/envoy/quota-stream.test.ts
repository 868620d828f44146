import { describe, expect, it } from "vitest";
import {
  type RateLimitQuotaResponse,
  RateLimitQuotaUsageReports,
} from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import { QuotaStream } from "./quota-stream.ts";

type Name = Readonly<Record<string, string>>;

const TIMES = { lengthMs: 5_000, refreshMs: 1_000 };

function start() {
  // Nothing limits any of them.
  const stream = new QuotaStream(async (asks) => asks.map(() => ({ kind: "no-limit" })), TIMES);
  return (...names: readonly (Name | undefined)[]) =>
    stream.report(
      RateLimitQuotaUsageReports.create({
        domain: "edge",
        bucketQuotaUsages: names.map((bucket) => ({ bucketId: bucket && { bucket } })),
      }),
      0,
    );
}

/** What each bucket was told, in the order of the answer. */
const told = (answer: RateLimitQuotaResponse | undefined) =>
  (answer?.bucketAction ?? []).map(({ bucketId, bucketAction }) => [
    bucketId?.bucket,
    bucketAction?.$case,
  ]);

const GOOD = { host: "a" };
const ASSIGNED = [GOOD, "quotaAssignmentAction"];

describe("a bucket that can't be, on a stream of others", () => {
  it("is abandoned when it is too deep", async () => {
    const deep = Object.fromEntries([..."abcdefgh"].map((key) => [key, "v"]));
    const report = start();
    expect(told(await report(deep, GOOD))).toEqual([ASSIGNED, [deep, "abandonAction"]]);
    expect(told(await report(deep))).toEqual([[deep, "abandonAction"]]);
  });

  it("is passed over when it has no name", async () => {
    const report = start();
    expect(told(await report(undefined, GOOD, {}))).toEqual([ASSIGNED]);
    expect(await report(undefined)).toBeUndefined();
  });

  it("is abandoned when it is one too many", async () => {
    const report = start();
    const many = Array.from({ length: 999 }, (_, i) => ({ host: `${i}` }));
    expect(told(await report(GOOD, ...many))).toHaveLength(1_000);
    const more = { host: "more" };
    expect(told(await report(more, GOOD))).toEqual([ASSIGNED, [more, "abandonAction"]]);
  });
});
