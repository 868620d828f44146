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
  const messages = (isCounted: (depth: QueueDepth) => boolean) => () =>
    messagesOn(bus, isCounted).catch(() => Number.NaN);
  metrics.gauge(
    GAUGES.pendingBusMessages,
    messages(({ queue }) => REQUIRED.has(queue)),
  );
  metrics.gauge(
    GAUGES.deadLetters,
    messages(({ queue }) => queue === "dead-letters"),
  );
}

/** Messages that somebody must still do something with. */
export function pendingMessages(bus: Pick<EventBus, "depths">): Promise<number> {
  return messagesOn(bus, ({ queue }) => REQUIRED.has(queue));
}

async function messagesOn(
  bus: Pick<EventBus, "depths">,
  isCounted: (depth: QueueDepth) => boolean,
): Promise<number> {
  const depths = (await bus.depths()).filter(isCounted);
  return depths.reduce((sum, { ready, unsettled }) => sum + ready + unsettled, 0);
}
