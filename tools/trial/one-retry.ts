import { systemClock } from "../../services/platform/clock/system-clock.ts";

/** What calls of a client met that tries each once more, and never a third time. */
export interface Errors {
  /** By what the first try met: "503", "closed". */
  readonly hidden: Map<string, number>;
  /** Of calls whose retry failed too, what clients saw: "503 on /v1/timeline". */
  readonly seen: Map<string, number>;
  /**
   * Of those whose two tries met two different things that happened, with both of these: "closed on /v1/timeline (amid
   * post, then amid gateway)". A client with one retry has none left for the second: who makes things happen at such
   * distances sees what no pause between them would show. They are not among `seen`.
   */
  readonly apart: Map<string, number>;
}

export function noErrors(): Errors {
  return { hidden: new Map(), seen: new Map(), apart: new Map() };
}

/** Tries again when the time has come. */
export type Retry = <T>(again: () => Promise<T>) => Promise<T>;

export interface RetryOptions {
  /** Gateways as origins; the retry goes to the next one. */
  readonly gateways: readonly string[];
  /** The second try. */
  readonly retry: Retry;
  readonly timeoutMs: number;
  /** What is happening to the mesh, or did last; undefined: one thing all the time. */
  readonly amid?: (() => string | undefined) | undefined;
}

/** As apps do: after a while. */
export function retryAfter(ms: number): Retry {
  return async (again) => {
    await systemClock.delay(ms);
    return again();
  };
}

/** Sends a request over HTTP; its JSON, or undefined when both tries failed. */
export type Send = (path: string, init: RequestInit) => Promise<unknown>;

const FAILED_FROM = 500;

/** A client that hides what one retry hides, and counts the rest. */
export function oneRetry(options: RetryOptions, errors: Errors): Send {
  const { gateways, retry, timeoutMs, amid = () => undefined } = options;
  let next = 0;
  const attempt = async (place: number, path: string, init: RequestInit) => {
    const gateway = gateways[place % gateways.length];
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${gateway}${path}`, { ...init, signal });
    const body = await response.text();
    if (response.status >= FAILED_FROM) throw new FailedCallError(String(response.status));
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
      const first = amid();
      try {
        const answer = await retry(() => attempt(place + 1, path, init));
        count(errors.hidden, nameOf(error));
        return answer;
      } catch (again) {
        if (again instanceof UnexpectedAnswerError) throw again;
        const second = amid();
        if (first === second) count(errors.seen, nameOf(again, path));
        else count(errors.apart, `${nameOf(again, path)} (amid ${first}, then amid ${second})`);
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
class FailedCallError extends Error {}

/** "503", "closed", "timeout"; of a call that a client saw fail, with an answer, where: "503 on /v1/timeline". */
function nameOf(error: unknown, path?: string): string {
  const { name, message } = error as Error;
  if (!(error instanceof FailedCallError)) return name === "TimeoutError" ? "timeout" : "closed";
  return path === undefined ? message : `${message} on ${path.split("?")[0]}`;
}

function count(errors: Map<string, number>, key: string): void {
  errors.set(key, (errors.get(key) ?? 0) + 1);
}
