import { expect, it } from "vitest";
import { leasedQuota } from "./leased-quota.ts";
import type { Taken } from "./limit-holder.ts";

const quotaOf = (taken: Taken) => leasedQuota({ take: () => taken }, "posts").take(7n);

it("says when to come back, in an hour where nothing ever passes, as limits change", () => {
  const refused = { kind: "refused", refusedBy: "posts/7" } as const;
  expect(quotaOf({ ...refused, retryAfterMs: 20 })).toBe(20);
  expect(quotaOf({ ...refused, retryAfterMs: Number.POSITIVE_INFINITY })).toBe(3_600_000);
  expect(quotaOf({ kind: "allowed", shadowed: undefined })).toBe("allowed");
  expect(quotaOf({ kind: "unknown" })).toBeUndefined();
});
