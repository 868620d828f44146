import type { TraceRecord } from "./trace-record.ts";

export const SPREAD =
  "Its times are whole seconds: the calls of each were spread evenly over it, in their order (--as-recorded sends them at once).";

/**
 * The calls of each second spread evenly over it when all times are whole seconds, as access logs have them, and some
 * are shared: sent at once, each second would be a burst that nobody made. Undefined when nothing is to be spread.
 * Records are in the order of their time.
 */
export function spreadSeconds(records: readonly TraceRecord[]): readonly TraceRecord[] | undefined {
  if (!records.every(({ atSeconds }) => Number.isInteger(atSeconds))) return undefined;
  const counts = new Map<number, number>();
  for (const { atSeconds } of records) counts.set(atSeconds, (counts.get(atSeconds) ?? 0) + 1);
  if (counts.size === records.length) return undefined;
  const before = new Map<number, number>();
  return records.map((record) => {
    const { atSeconds } = record;
    const place = before.get(atSeconds) ?? 0;
    before.set(atSeconds, place + 1);
    return { ...record, atSeconds: atSeconds + place / (counts.get(atSeconds) ?? 1) };
  });
}
