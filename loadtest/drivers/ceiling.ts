import type { Call, Driver } from "./driver.ts";

export interface Ceiling {
  /** Calls a second that the driver sent and saw answered, one write each. */
  readonly perSecond: number;
  /** CPU of the generator's main thread, microseconds a call. */
  readonly cpuMicrosPerCall: number;
}

export interface CeilingPlan {
  /** A driver opened against a null server. */
  readonly driver: Driver;
  /** The n-th call, from 0. */
  readonly callOf: (n: number) => Call;
  readonly inFlight?: number;
  readonly warmUpMs?: number;
  readonly measureMs?: number;
}

/**
 * How fast a driver can go when the target costs nothing: a closed loop, for cost only. Rejects when a
 * call fails.
 */
export async function findCeiling(plan: CeilingPlan): Promise<Ceiling> {
  const { driver, callOf, inFlight = 64, warmUpMs = 500, measureMs = 1_000 } = plan;
  const over = Promise.withResolvers<void>();
  let begun = 0;
  let answered = 0;
  let running = true;
  const next = () => driver.send(callOf(begun++), onAnswer);
  const onAnswer = (status: number) => {
    answered++;
    if (status !== 0) over.reject(new Error(`${driver.name}: the null server answered ${status}.`));
    else if (running) next();
    else if (answered === begun) over.resolve();
  };
  for (let i = 0; i < inFlight; i++) next();
  await Promise.race([elapsed(warmUpMs), over.promise]);
  const before = { answered, cpu: process.threadCpuUsage(), ms: performance.now() };
  // A busy machine may have given this process no turn meanwhile.
  do await Promise.race([elapsed(measureMs), over.promise]);
  while (answered === before.answered);
  const calls = answered - before.answered;
  const { user, system } = process.threadCpuUsage(before.cpu);
  const seconds = (performance.now() - before.ms) / 1000;
  running = false;
  await over.promise;
  return { perSecond: calls / seconds, cpuMicrosPerCall: (user + system) / calls };
}

export function newCall(message: Uint8Array, operation = 0): Call {
  return { operation, message, writtenMicros: -1, slotWaitMicros: 0, flowWaitMicros: 0 };
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
