import { type Amounts, MAX_BURST, type NodeLimits, UNITS } from "../amounts.ts";
import * as c from "./columns.ts";

/** As long as sch_htb's default mbuffer: a debt older than this is forgiven. */
const DEBT_US = 60_000_000;

/** Writes a node's limits into its row. What it holds is kept, but never more than it may hold now. */
export function writeLimits(rows: Float64Array, at: number, limits: NodeLimits): void {
  writeResource(rows, at, limits, "ops");
  writeResource(rows, at + 1, limits, "bytes");
  rows[at + c.WEIGHT] = limits.weight;
}

/** Fills a new node's buckets; `full` false leaves them empty. */
export function fillRow(rows: Float64Array, at: number, full: boolean): void {
  for (const r of [0, 1]) {
    rows[at + c.TOKENS + r] = full ? rows[at + c.DEPTH + r] : 0;
    rows[at + c.CEILING + r] = full ? rows[at + c.BURST + r] : 0;
  }
}

/** More tokens of the assured rate and of the ceiling, up to what the buckets hold. */
export function putTokens(rows: Float64Array, at: number, amounts: Amounts): void {
  const units = [amounts.ops * UNITS.ops, amounts.bytes * UNITS.bytes];
  units.forEach((more, r) => {
    const tokens = rows[at + c.TOKENS + r] + more;
    rows[at + c.TOKENS + r] = Math.min(tokens, rows[at + c.DEPTH + r]);
    rows[at + c.CEILING + r] = Math.min(rows[at + c.CEILING + r] + more, rows[at + c.BURST + r]);
  });
}

/** A VM boots: its one-time burst, anew. */
export function giveBoot(rows: Float64Array, at: number, boot: Amounts): void {
  rows[at + c.BOOT] = boot.ops * UNITS.ops;
  rows[at + c.BOOT + 1] = boot.bytes * UNITS.bytes;
}

function writeResource(
  rows: Float64Array,
  at: number,
  limits: NodeLimits,
  resource: keyof Amounts,
): void {
  const unit = UNITS[resource];
  const burst = Math.min(limits.burst[resource], MAX_BURST[resource]) * unit;
  const rate = Math.min(limits.rate[resource], burst);
  const ceiling = Math.min(limits.ceiling[resource], burst);
  rows[at + c.RATE] = rate;
  rows[at + c.CEILING_RATE] = ceiling;
  rows[at + c.BURST] = burst;
  rows[at + c.DEPTH] = rate > 0 ? burst : 0;
  rows[at + c.DEBT] = -Math.min(rate * DEBT_US, MAX_BURST[resource] * unit);
  rows[at + c.TOKENS] = Math.min(rows[at + c.TOKENS], rows[at + c.DEPTH]);
  rows[at + c.CEILING] = Math.min(rows[at + c.CEILING], burst);
}

/**
 * Lets time pass for one node: rate x us, exactly, up to what the bucket holds. A product beyond 2^53 is
 * not exact, and is beyond what any bucket holds too. A clock that steps back changes nothing.
 */
export function refill(rows: Float64Array, at: number, nowUs: number): void {
  const us = nowUs - rows[at];
  if (us <= 0) return;
  rows[at] = nowUs;
  for (let r = at; r < at + 2; r++) {
    const tokens = rows[r + c.TOKENS] + us * rows[r + c.RATE];
    const depth = rows[r + c.DEPTH];
    rows[r + c.TOKENS] = tokens < depth ? tokens : depth;
    const ceiling = rows[r + c.CEILING] + us * rows[r + c.CEILING_RATE];
    const burst = rows[r + c.BURST];
    rows[r + c.CEILING] = ceiling < burst ? ceiling : burst;
  }
}
