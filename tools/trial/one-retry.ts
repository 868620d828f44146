/** What calls of a client met that tries each once more, and never a third time. */
export interface Errors {
  /** By what the first try met: "503", "closed". */
  readonly hidden: Map<string, number>;
  /** Of calls whose retry failed too, what clients saw: "503 on /v1/timeline". */
  readonly seen: Map<string, number>;
}

export interface RetryOptions {
  /** Gateways as origins; the retry goes to the next one. */
  readonly gateways: readonly string[];
  /** Between the two tries, ms. */
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly delay: (ms: number) => Promise<void>;
}

/** Sends a request over HTTP; its JSON, or undefined when both tries failed. */
export type Send = (path: string, init: RequestInit) => Promise<unknown>;

const FAILED_FROM = 500;

/** A client that hides what one retry hides, and counts the rest. */
export function oneRetry(options: RetryOptions, errors: Errors): Send {
  const { gateways, waitMs, timeoutMs, delay } = options;
  let next = 0;
  const attempt = async (place: number, path: string, init: RequestInit) => {
    const gateway = gateways[place % gateways.length];
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${gateway}${path}`, { ...init, signal });
    const body = await response.text();
    if (response.status >= FAILED_FROM) throw new FailedCallError(response.status, path);
    if (!response.ok) throw new UnexpectedAnswerError(`${response.status}: ${body}`);
    return JSON.parse(body) as unknown;
  };
  return async (path, init) => {
    // Others send meanwhile: the retry is to go to another gateway than this call's first try.
    const place = next++;
    try {
      return await attempt(place, path, init);
    } catch (error) {
      if (error instanceof UnexpectedAnswerError) throw error;
      await delay(waitMs);
      try {
        const answer = await attempt(place + 1, path, init);
        count(errors.hidden, error);
        return answer;
      } catch (again) {
        if (again instanceof UnexpectedAnswerError) throw again;
        count(errors.seen, again, true);
        return undefined;
      }
    }
  };
}

/** The request itself is wrong: no restart explains that. */
export class UnexpectedAnswerError extends Error {
  override name = "UnexpectedAnswerError";
}

/** The mesh answered that it failed. */
class FailedCallError extends Error {
  readonly path: string;

  constructor(status: number, path: string) {
    super(String(status));
    [this.path] = path.split("?");
  }
}

function count(errors: Map<string, number>, error: unknown, isTold = false): void {
  const { name, message } = error as Error;
  const isFailed = error instanceof FailedCallError;
  const what = isFailed ? message : name === "TimeoutError" ? "timeout" : "closed";
  const key = isFailed && isTold ? `${what} on ${error.path}` : what;
  errors.set(key, (errors.get(key) ?? 0) + 1);
}
