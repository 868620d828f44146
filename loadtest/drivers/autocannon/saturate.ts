import autocannon from "autocannon";

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
  readonly okPerSecond: number;
  readonly otherAnswers: number;
  readonly errors: number;
  readonly timeouts: number;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * A closed loop by autocannon, for saturation only. It gives no latencies on purpose: a closed loop
 * underreports them, and autocannon's timeouts never reach its histogram. No rate is asked for: only then
 * would its correction of coordinated omission come in, which assumes an interval that is not the run's.
 */
export async function saturate(plan: SaturationPlan): Promise<Saturation> {
  const { url, connections, seconds, headers, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = plan;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: timeoutSeconds,
    ...(headers ? { headers } : {}),
  });
  return {
    okPerSecond: result["2xx"] / result.duration,
    otherAnswers: result.non2xx,
    errors: result.errors,
    timeouts: result.timeouts,
  };
}
