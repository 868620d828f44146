import { expect } from "vitest";
import type { Operation } from "#gen/growth/v1/growth.ts";

/** Good and bad ones, when users 1 to 9 are there. */
export const OPERATIONS: readonly Operation[] = [
  { operation: { $case: "insert", value: { revenue: 50n, eventId: "" } } },
  { operation: { $case: "getRank", value: { userId: 10n } } },
  { operation: { $case: "insert", value: { revenue: -3n, eventId: "" } } },
  { operation: { $case: "getKLowestRevenues", value: { k: 0, inclusive: false } } },
  {
    operation: {
      $case: "insertWithReferrer",
      value: { revenue: 4n, referrerUserId: 10n, eventId: "streamed" },
    },
  },
  {
    operation: {
      $case: "insertWithReferrer",
      value: { revenue: 4n, referrerUserId: 10n, eventId: "streamed" },
    },
  },
  { operation: undefined },
  {
    operation: {
      $case: "getKLowestRevenues",
      value: { k: 2, minRevenue: 50n, inclusive: false },
    },
  },
  { operation: { $case: "getKHighestRevenues", value: { k: 1, inclusive: true } } },
  { operation: { $case: "countRevenues", value: { minRevenue: 51n } } },
  { operation: { $case: "getReferrals", value: { userId: 10n } } },
];

/** What comes back, one for each. */
export const ANSWERS = [
  { $case: "inserted", value: { userId: 10n, duplicate: false } },
  { $case: "rank", value: { rank: 9n, userCount: 10n, revenue: 50n } },
  { $case: "error", value: { code: 3, message: expect.stringContaining("revenue: is -3") } },
  { $case: "error", value: { code: 3, message: expect.stringContaining("k: is 0") } },
  { $case: "inserted", value: { userId: 11n, duplicate: false } },
  { $case: "inserted", value: { userId: 11n, duplicate: true } },
  { $case: "error", value: { code: 3, message: expect.stringContaining("no operation is set") } },
  {
    $case: "ranked",
    value: {
      users: [
        { userId: 10n, revenue: 54n },
        { userId: 6n, revenue: 90n },
      ],
    },
  },
  { $case: "ranked", value: { users: [{ userId: 6n, revenue: 90n }] } },
  { $case: "count", value: { userCount: 2n } },
  {
    $case: "referrals",
    value: {
      revenue: 54n,
      ownRevenue: 50n,
      referrerUserId: 0n,
      depth: 0,
      broughtUsers: 1n,
      broughtRevenue: 4n,
    },
  },
];
