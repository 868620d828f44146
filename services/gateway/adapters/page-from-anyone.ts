import type { Clock } from "../../platform/clock/clock.ts";
import { DomainError } from "../../platform/grpc/errors/errors.ts";

/** An owner that did not answer, while somebody else did, is passed over for so long. */
const PASSED_OVER_MS = 1_000;

export interface PageAsked<T> {
  /** The owner as far as known. */
  readonly owner: string | undefined;
  readonly askOwner: () => Promise<T>;
  readonly askAnyone: () => Promise<T>;
}

/**
 * With delivery by pull any process can give a page in place of an owner that is gone. With push it says that
 * it is not the owner, and what the owner's error says stands.
 */
export class PageFromAnyone {
  readonly #clock: Clock;
  /** Until when, monotonic ms; there are few owners. */
  readonly #passedOver = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async ask<T>({ owner, askOwner, askAnyone }: PageAsked<T>): Promise<T> {
    const isPassedOver = (this.#passedOver.get(owner ?? "") ?? 0) > this.#clock.monotonicMs();
    if (isPassedOver) {
      const answer = await askAnyone().catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    try {
      return await askOwner();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== "UNAVAILABLE") throw error;
      const answer = await askAnyone().catch(() => {
        throw error;
      });
      if (owner) this.#passedOver.set(owner, this.#clock.monotonicMs() + PASSED_OVER_MS);
      return answer;
    }
  }
}
