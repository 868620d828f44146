import type { Clock } from "../clock/clock.ts";
import { networkOf } from "./network-of.ts";

/** Of one address, in each window. Whoever has a certificate that is not taken waits between two attempts. */
export const MAX_FAILED_HANDSHAKES = 50;
const WINDOW_MS = 1_000;

/** Handshakes by which nobody proved who they are, by address, of this second. */
export class FailedHandshakes {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #counts = new Map<string, number>();
  #endsMs = 0;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  add(address: string): void {
    this.#look();
    const network = networkOf(address);
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
  }

  areTooMany(address: string): boolean {
    this.#look();
    return (this.#counts.get(networkOf(address)) ?? 0) >= MAX_FAILED_HANDSHAKES;
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#endsMs) return;
    this.#endsMs = nowMs + WINDOW_MS;
    this.#counts.clear();
  }
}
