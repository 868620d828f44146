import { systemClock } from "../../services/platform/clock/system-clock.ts";

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Where a call begins late by up to so much, nothing is told apart by it. */
const TICK_MS = 5;

/** Begins one call after the other at an even rate, whether or not they are answered. Gives their number. */
export async function callPaced(
  { perSecond, seconds }: Pace,
  call: (i: number) => Promise<unknown>,
): Promise<number> {
  const calls: Promise<unknown>[] = [];
  const startMs = performance.now();
  while (calls.length < perSecond * seconds) {
    const due = ((performance.now() - startMs) / 1_000) * perSecond;
    while (calls.length < Math.min(due, perSecond * seconds)) calls.push(call(calls.length));
    await systemClock.delay(TICK_MS);
  }
  await Promise.all(calls);
  return calls.length;
}
