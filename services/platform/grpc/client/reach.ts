import type { Logger } from "../../telemetry/logger.ts";
import type { Channel } from "./channel.ts";

export interface ReachOptions {
  /** Then it starts without them: who is away for long holds nobody's start up. */
  readonly withinMs: number;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Waits until each of these services was reached once. Who begins to serve before those whom it asks are there has
 * failed to connect to them a few times, and fails every call to them until it tries again: its first callers have
 * worse answers than it could give them a moment later.
 */
export async function reachAll(
  channels: readonly Channel[],
  { withinMs, log }: ReachOptions,
): Promise<void> {
  const reached = await Promise.all(channels.map((channel) => channel.isReached(withinMs)));
  const away = channels.flatMap(({ to }, i) => (reached[i] ? [] : [to]));
  if (away.length > 0)
    log.warn({ away, withinMs }, "starting without services that could not be reached");
}
