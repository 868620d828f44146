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
  readonly message: Uint8Array;
  readonly inFlight?: number;
  readonly warmUpMs?: number;
  readonly measureMs?: number;
}

/** How fast a driver can go when the target costs nothing: a closed loop, for cost only. */
export async function findCeiling(plan: CeilingPlan): Promise<Ceiling> {
  const { driver, message, inFlight = 64, warmUpMs = 500, measureMs = 1_000 } = plan;
  let calls = 0;
  let open = 0;
  let running = true;
  const idle = Promise.withResolvers<void>();
  const next = () => {
    if (!running) {
      open--;
      if (open === 0) idle.resolve();
      return;
    }
    driver.send(newCall(message), () => {
      calls++;
      next();
    });
  };
  for (; open < inFlight; ) {
    open++;
    next();
  }
  await elapsed(warmUpMs);
  const before = { calls, cpu: process.threadCpuUsage(), ms: performance.now() };
  await elapsed(measureMs);
  const sent = calls - before.calls;
  const { user, system } = process.threadCpuUsage(before.cpu);
  const seconds = (performance.now() - before.ms) / 1000;
  running = false;
  await idle.promise;
  return { perSecond: sent / seconds, cpuMicrosPerCall: (user + system) / sent };
}

export function newCall(message: Uint8Array, operation = 0): Call {
  return { operation, message, writtenMicros: -1, slotWaitMicros: 0, flowWaitMicros: 0 };
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
