import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { type Backoff, backoffMs } from "../../services/platform/messaging/backoff.ts";

/** Before the service has taken anything: who typed a wrong address should not wait for long. */
export const MAX_FIRST_TRIES = 6;
/** Once it has: a restart, a failover, or a store that catches its breath. */
export const MAX_SILENCE_MS = 60_000;
const BACKOFF: Backoff = { firstMs: 100, maxMs: 5_000 };

export interface PatienceDeps {
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Told once in each stretch of waiting. */
  readonly print: (text: string) => void;
}

/**
 * How long an import waits for a service that takes nothing, one for all calls in flight: what one of
 * them has achieved gives the others hope. Adding a friend twice is the same as once, so whatever may
 * pass is tried again: UNAVAILABLE always, a deadline that passed once the service has shown that it is there.
 */
export class Patience {
  readonly #deps: PatienceDeps;
  /** Undefined: nothing was taken yet. */
  #takenAtMs: number | undefined;
  #isTold = false;

  constructor(deps: PatienceDeps) {
    this.#deps = deps;
  }

  succeeded(): void {
    this.#takenAtMs = this.#deps.nowMs();
    this.#isTold = false;
  }

  /** How long to wait before another try, ms, after the `tries`-th failed; undefined: give up. */
  waitMs(error: unknown, tries: number): number | undefined {
    if (!(error instanceof DomainError)) return undefined;
    const askedMs = error.code === "UNAVAILABLE" ? error.retryAfterMs : undefined;
    // Who says when to come again is there, though it has taken nothing yet.
    if (askedMs !== undefined) this.#takenAtMs ??= this.#deps.nowMs();
    const goesOn =
      this.#takenAtMs === undefined ? this.#mayBegin(error, tries) : this.#hopes(error);
    if (!goesOn) return undefined;
    return Math.max(askedMs ?? 0, backoffMs(BACKOFF, tries - 1, this.#deps.random()));
  }

  #mayBegin({ code }: DomainError, tries: number): boolean {
    return code === "UNAVAILABLE" && tries < MAX_FIRST_TRIES;
  }

  #hopes({ code, message }: DomainError): boolean {
    if (code !== "UNAVAILABLE" && code !== "DEADLINE_EXCEEDED") return false;
    const silentMs = this.#deps.nowMs() - (this.#takenAtMs ?? 0);
    if (silentMs >= MAX_SILENCE_MS) return false;
    if (!this.#isTold) {
      const seconds = MAX_SILENCE_MS / 1_000;
      this.#deps.print(
        `waiting, until ${seconds} s went by without a friendship taken: ${message}`,
      );
    }
    this.#isTold = true;
    return true;
  }
}
