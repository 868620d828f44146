import { type DomainError, isNotBegun, NOT_OWNER } from "../errors/errors.ts";

/** How a client repeats calls that were answered UNAVAILABLE. No other code is ever repeated. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly maxAttempts: number;
  /** The wait before the first retry, ms; doubles each time. Half of it is random. */
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  /** The budget: retries stop while more than half of so many tokens are spent. */
  readonly budgetTokens: number;
  /** What a success gives back; each failure takes one token. */
  readonly tokensPerSuccess: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  initialBackoffMs: 50,
  maxBackoffMs: 1_000,
  budgetTokens: 20,
  tokensPerSuccess: 0.1,
};

/**
 * Keeps retries from multiplying the load on a server that is down: as in gRFC A6, all the calls of
 * one channel share the tokens.
 */
export class RetryBudget {
  readonly #policy: RetryPolicy;
  #tokens: number;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
    this.#tokens = policy.budgetTokens;
  }

  succeeded(): void {
    this.#tokens = Math.min(
      this.#tokens + this.#policy.tokensPerSuccess,
      this.#policy.budgetTokens,
    );
  }

  failed(): void {
    this.#tokens = Math.max(this.#tokens - 1, 0);
  }

  get allowsRetry(): boolean {
    return this.#tokens > this.#policy.budgetTokens / 2;
  }
}

export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  readonly error: DomainError;
  /** Whether the call may be done twice. */
  readonly isIdempotent: boolean;
  /** Whether it left this process: the server may have done it, whatever the answer. */
  readonly wasSent: boolean;
  /** Until the call's deadline, ms. */
  readonly remainingMs: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** A process that is not the owner would only say so again: that is the router's to solve. */
export function isRetryable(error: DomainError): boolean {
  return error.code === "UNAVAILABLE" && error.reason !== NOT_OWNER;
}

/** Else what was answered UNAVAILABLE may have been done all the same, and would be done twice. */
function mayRepeat({ isIdempotent, wasSent, error }: FailedAttempt): boolean {
  return isIdempotent || !wasSent || isNotBegun(error);
}

/** How long to wait before the next attempt, ms; undefined: stop and give the error to the caller. */
export function retryWaitMs(policy: RetryPolicy, failed: FailedAttempt): number | undefined {
  const { attempt, error, remainingMs, random } = failed;
  if (!isRetryable(error) || attempt >= policy.maxAttempts) return undefined;
  if (!mayRepeat(failed)) return undefined;
  const backoffMs = Math.min(policy.initialBackoffMs * 2 ** (attempt - 1), policy.maxBackoffMs);
  const waitMs = Math.max(backoffMs * (0.5 + random / 2), error.retryAfterMs ?? 0);
  return waitMs < remainingMs ? waitMs : undefined;
}
