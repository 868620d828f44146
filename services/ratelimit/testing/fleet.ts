import { type Amounts, NOTHING } from "../domain/amounts.ts";
import { Coordinator, type Remembered } from "../domain/leases/coordinator.ts";
import type { LeaseTimes } from "../domain/leases/lease.ts";
import { type Limit, LimitBook } from "../domain/limits/limit-book.ts";

export const TIMES: LeaseTimes = { lengthMs: 5_000, refreshMs: 1_000, forgetMs: 60_000 };
export const ops = (ops: number): Amounts => ({ ops, bytes: Infinity });

export function limit(path: string, rate: number, ceiling = rate, more: object = {}): Limit {
  const limits = {
    rate: ops(rate),
    ceiling: ops(ceiling),
    burst: ops(100),
    boot: NOTHING,
    weight: 1,
    priority: 0,
    safe: ops(rate),
    ...more,
  };
  return { path, limits, leased: false, shadow: false };
}

export const FLEET = [limit("fleet", 1_000), limit("fleet/*", 400, 1_000)];

export function start(limits: readonly Limit[] = FLEET, remembered?: readonly Remembered[]) {
  const book = new LimitBook(1n, limits);
  return new Coordinator({ book, times: TIMES, nowMs: 0, remembered });
}
