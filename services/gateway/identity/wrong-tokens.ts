import { LRUCache } from "lru-cache";
import type { Clock } from "../../platform/clock/clock.ts";
import { type DomainError, resourceExhausted } from "../../platform/grpc/errors/errors.ts";
import { networkOf } from "../../platform/lifecycle/network-of.ts";

export interface WrongTokenLimits {
  /** Wrong tokens of one address in each window. */
  readonly maxWrongTokens: number;
  readonly windowMs: number;
  /** Addresses counted at most; the longest quiet is forgotten first. */
  readonly maxAddresses: number;
}

interface Count {
  wrong: number;
  readonly endsMs: number;
}

/**
 * Counts wrong tokens by address, so that nobody has signatures checked without end. Whoever shares
 * the address and has a token that is known goes on: only unknown tokens are refused meanwhile.
 */
export class WrongTokens {
  readonly #limits: WrongTokenLimits;
  readonly #clock: Clock;
  readonly #counts: LRUCache<string, Count>;

  constructor(limits: WrongTokenLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#counts = new LRUCache({ max: limits.maxAddresses });
  }

  /** Why no unknown token of this address is looked at now, if so. */
  refusal(address: string): DomainError | undefined {
    const { maxWrongTokens, windowMs } = this.#limits;
    const count = this.#counts.get(networkOf(address));
    const waitMs = (count?.endsMs ?? 0) - this.#clock.nowMs();
    if (!count || count.wrong < maxWrongTokens || waitMs <= 0) return undefined;
    const limit = `more than ${maxWrongTokens} wrong tokens from ${address} in ${windowMs / 1_000} s`;
    return resourceExhausted(`${limit}; wait ${Math.ceil(waitMs / 1_000)} s`, waitMs);
  }

  add(address: string): void {
    const network = networkOf(address);
    const nowMs = this.#clock.nowMs();
    const count = this.#counts.get(network);
    if (count && count.endsMs > nowMs) count.wrong++;
    else this.#counts.set(network, { wrong: 1, endsMs: nowMs + this.#limits.windowMs });
  }
}
