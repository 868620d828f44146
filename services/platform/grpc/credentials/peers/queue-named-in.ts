import type { ConsumeRequest, PublishRequest } from "#gen/event/v1/event.ts";

/** The queue or topic that a request of the event service names; undefined: none, or the one before. */
export function queueNamedIn(message: unknown): string | undefined {
  const { queue, step } = message as Partial<PublishRequest & ConsumeRequest>;
  if (queue) return queue;
  return step?.$case === "subscribe" ? step.value.queue : undefined;
}
