import { GAUGES } from "../../model/metrics.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { EventBus, QueueDepth } from "./bus.ts";
import { PARKED_QUEUES, REQUIRED_QUEUES } from "./topics.ts";

const REQUIRED = new Set<string>([...REQUIRED_QUEUES, "chunks", ...PARKED_QUEUES]);

/**
 * Gauges of what is on the bus. Dead letters wait for a person, so they are no work that is pending; nor is
 * what waits for subscribers that may be away for days.
 * While the bus does not answer, nobody knows: NaN.
 */
export function addBusGauges(bus: Pick<EventBus, "depths">, metrics: Metrics): void {
  const messages = (isCounted: (depth: QueueDepth) => boolean) => async () => {
    const depths = await bus.depths().catch(() => undefined);
    if (depths === undefined) return Number.NaN;
    return depths.filter(isCounted).reduce((sum, depth) => sum + depth.ready + depth.unsettled, 0);
  };
  metrics.gauge(
    GAUGES.pendingBusMessages,
    messages(({ queue }) => REQUIRED.has(queue)),
  );
  metrics.gauge(
    GAUGES.deadLetters,
    messages(({ queue }) => queue === "dead-letters"),
  );
}
