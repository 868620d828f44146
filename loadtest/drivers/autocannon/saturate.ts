import autocannon from "autocannon";
import { reach } from "../reach.ts";

export interface SaturationPlan {
  readonly url: string;
  readonly connections: number;
  /** Whole seconds. */
  readonly seconds: number;
  readonly timeoutSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a REST target answers when it is asked as fast as it can be. */
export interface Saturation {
  /** To be shown beside the figures. */
  readonly label: "saturation only: a closed loop, no latencies";
  readonly okPerSecond: number;
  readonly otherAnswers: number;
  readonly errors: number;
  readonly timeouts: number;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * A closed loop by autocannon, for saturation only. It gives no latencies on purpose: a closed loop
 * underreports them, and autocannon's timeouts never reach its histogram. Its correction of coordinated
 * omission, which assumes an interval that is not the run's, is always off: no rate is asked for, and
 * autocannon corrects by a rate only (it refuses `ignoreCoordinatedOmission` without one). Rejects when
 * the target can't be reached, naming it.
 */
export async function saturate(plan: SaturationPlan): Promise<Saturation> {
  const { url, connections, seconds, headers, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = plan;
  const { hostname, port } = new URL(url);
  await reach(`${hostname}:${port || 80}`);
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: timeoutSeconds,
    ...(headers ? { headers } : {}),
  });
  return {
    label: "saturation only: a closed loop, no latencies",
    okPerSecond: result["2xx"] / result.duration,
    otherAnswers: result.non2xx,
    errors: result.errors,
    timeouts: result.timeouts,
  };
}
