import { setTimeout as delay } from "node:timers/promises";
import type { Dial } from "../../loadtest/drivers/connect-to.ts";
import {
  type Method,
  openRawConnection,
  type RawConnection,
} from "../../loadtest/drivers/http2/connection.ts";
import { cpuSeconds, mainThreadSeconds } from "../../loadtest/measure/machine/process-use.ts";

/** Calls kept in flight against one server: a closed loop, right for cost and wrong for latency. */
export interface LoopPlan {
  /** Over TLS; plain by default. */
  readonly dial?: Dial | undefined;
  readonly address: string;
  /** The server's process, whose CPU is counted. */
  readonly pid: number;
  readonly method: (authority: string) => Method;
  /** The next message to send. */
  readonly message: () => Uint8Array;
  readonly connections: number;
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoopResult {
  readonly calls: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Server CPU, all threads, microseconds a call. */
  readonly cpuMicrosPerCall: number;
  /** Share of one core that the server's main thread had: near 1, or the client was the limit. */
  readonly mainThreadShare: number;
}

/** Runs the loop and counts what falls into the measured part. */
export async function runClosedLoop(plan: LoopPlan): Promise<LoopResult> {
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, () =>
      openRawConnection(plan.address, {}, undefined, plan.dial),
    ),
  );
  const method = plan.method(plan.address);
  const counts = { calls: 0, failed: 0, running: true };
  const idle = Promise.withResolvers<void>();
  let open = 0;

  function next(connection: RawConnection): void {
    if (!counts.running) {
      open--;
      if (open === 0) idle.resolve();
      return;
    }
    const stream = connection.send(method, { message: plan.message() }, (status) => {
      counts.calls++;
      if (status !== 0) counts.failed++;
      next(connection);
    });
    if (stream === 0) setImmediate(next, connection);
  }
  for (const connection of connections) {
    for (let i = 0; i < plan.inFlight / plan.connections; i++) {
      open++;
      next(connection);
    }
  }
  await delay(plan.warmUpMs);
  const before = {
    calls: counts.calls,
    cpu: cpuSeconds(plan.pid),
    main: mainThreadSeconds(plan.pid),
    ms: performance.now(),
  };
  await delay(plan.measureMs);
  const calls = counts.calls - before.calls;
  const seconds = (performance.now() - before.ms) / 1000;
  const cpu = cpuSeconds(plan.pid) - before.cpu;
  const main = mainThreadSeconds(plan.pid) - before.main;
  counts.running = false;
  await idle.promise;
  for (const connection of connections) connection.close();
  return {
    calls,
    failed: counts.failed,
    perSecond: calls / seconds,
    cpuMicrosPerCall: (cpu / calls) * 1e6,
    mainThreadShare: main / seconds,
  };
}
