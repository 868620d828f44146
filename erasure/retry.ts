/** Runs work until it succeeds, or its attempts are used up: then with the last error. */
export type Retry = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  /** Between one attempt and the next; doubles each time. */
  readonly firstWaitMs: number;
  /** No further attempt makes sense. */
  readonly isFinal: () => boolean;
  readonly sleep: (ms: number) => Promise<void>;
}

export function retrying({ attempts, firstWaitMs, isFinal, sleep }: RetryPolicy): Retry {
  return async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= attempts || isFinal()) throw error;
        await sleep(firstWaitMs * 2 ** (attempt - 1));
      }
    }
  };
}
