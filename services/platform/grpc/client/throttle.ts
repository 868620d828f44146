import { PRIORITIES, type Priority } from "../../admission/priority.ts";

export interface ThrottlePolicy {
  /** So many times what a server takes is sent to it: the rest would only be refused, at its cost. */
  readonly acceptsFactor: number;
  /** Calls are forgotten in about so long, ms. */
  readonly memoryMs: number;
  /** So many refused calls are no reason yet. */
  readonly spared: number;
}

export const DEFAULT_THROTTLE: ThrottlePolicy = {
  acceptsFactor: 1.2,
  memoryMs: 2_000,
  spared: 20,
};

/**
 * Adaptive throttling on the caller's side ("Handling Overload" in the SRE book): of calls to a server that
 * refuses some, a part is not sent, with probability (requests - K accepts) / (requests + 1). Each priority by
 * itself: a server that takes pages and no rebuilds gets the pages.
 */
export class Throttle {
  readonly #policy: ThrottlePolicy;
  readonly #counts: Readonly<Record<Priority, Counts>>;

  constructor(policy: ThrottlePolicy = DEFAULT_THROTTLE) {
    this.#policy = policy;
    const counts = PRIORITIES.map((priority) => [priority, new Counts(policy.memoryMs)]);
    this.#counts = Object.fromEntries(counts) as Record<Priority, Counts>;
  }

  /** Whether to send a call. `random` from 0 to 1. What is not sent counts as a request, too. */
  sends(priority: Priority, nowMs: number, random: number): boolean {
    const counts = this.#counts[priority];
    counts.forget(nowMs);
    const { acceptsFactor, spared } = this.#policy;
    const excess = counts.requests - acceptsFactor * counts.accepts - spared;
    if (excess <= 0 || random >= excess / (counts.requests + 1)) return true;
    counts.requests++;
    return false;
  }

  /**
   * What was sent was answered: by a refusal for overload, or by anything else. It counts from now on: calls that
   * are on their way are not refused.
   */
  answered(priority: Priority, isAccepted: boolean): void {
    const counts = this.#counts[priority];
    counts.requests++;
    if (isAccepted) counts.accepts++;
  }
}

class Counts {
  requests = 0;
  accepts = 0;
  readonly #memoryMs: number;
  #atMs = 0;

  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs;
  }

  /** In steps of a fiftieth: an exponential for each call would cost more than the call's share of it. */
  forget(nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    if (passedMs < this.#memoryMs / 50) return;
    const kept = Math.exp(-passedMs / this.#memoryMs);
    this.requests *= kept;
    this.accepts *= kept;
    this.#atMs = nowMs;
  }
}
