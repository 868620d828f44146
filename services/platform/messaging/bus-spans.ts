import { traceparentIn } from "../../model/wire/traced-event.ts";
import { messagingAttributes } from "../telemetry/tracing/span-names.ts";
import type { Span, Tracer } from "../telemetry/tracing/tracer.ts";

/** What traces messages on their way. */
export interface BusTracing {
  readonly tracer: Tracer;
  /** "rabbitmq", or "tidings" for the embedded queues. */
  readonly system: string;
}

/** Publishes; of a batch with messages that are traced there is a span, below the first and linked to all others. */
export async function traceSending(
  { tracer, system }: BusTracing,
  destination: string,
  payloads: readonly Uint8Array[],
  publish: () => Promise<void>,
): Promise<void> {
  const [parent, ...links] = payloads.map(traceparentIn).filter((one) => one !== "");
  if (parent === undefined) return publish();
  const step = { system, destination, operation: "send", count: payloads.length } as const;
  const attributes = messagingAttributes(step);
  const name = `send ${destination}`;
  const span = tracer.begin({ name, kind: "producer", parent, links, attributes });
  try {
    await publish();
    span?.end();
  } catch (error) {
    span?.end((error as Error).name);
    throw error;
  }
}

/** A message that is traced is in hand. */
export function beginProcessing(
  { tracer, system }: BusTracing,
  queue: string,
  parent: string,
): Span | undefined {
  const attributes = messagingAttributes({ system, destination: queue, operation: "process" });
  return tracer.begin({ name: `process ${queue}`, kind: "consumer", parent, attributes });
}
