import { expect, it } from "vitest";
import { PageReads } from "./page-reads.ts";

const HOUR_MS = 3_600_000;

it("tells nothing in its first hour, nor of nobody", () => {
  const reads = new PageReads(0);
  reads.note();
  expect(reads.aDay(10, HOUR_MS - 1)).toBeUndefined();
  expect(reads.aDay(0, HOUR_MS)).toBeUndefined();
});

it("is a rate a viewer and day, and follows what changes within days", () => {
  const reads = new PageReads(0);
  for (let i = 0; i < 240; i++) reads.note();
  expect(reads.aDay(10, 12 * HOUR_MS)).toBe(48);
  let rate: number | undefined;
  for (let hour = 13; hour < 24 * 14; hour++) {
    for (let i = 0; i < 10; i++) reads.note();
    rate = reads.aDay(10, hour * HOUR_MS);
  }
  expect(rate).toBeGreaterThan(23);
  expect(rate).toBeLessThan(25);
});
