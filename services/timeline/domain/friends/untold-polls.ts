import type { UserId } from "../../../model/ids.ts";
import { UNTOLD_KEPT_MS } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { FriendSource, UntoldChange } from "../../ports.ts";
import { WakingLoop } from "../recent/follow/waking-loop.ts";

export interface UntoldPollsDeps {
  readonly friends: Pick<FriendSource, "untold">;
  readonly clock: Clock;
  /** An edge of this viewer may have changed: in the same turn of the event loop its set is in doubt. */
  readonly onUntold: (viewer: UserId, other: UserId) => void;
  /** Changes may have been missed, by any viewer. */
  readonly onGap: () => void;
  readonly onFailure: (error: unknown) => void;
}

const POLL_MS = 1_000;
/** Who has not heard for longer says so on each page. */
export const UNHEARD_MS = 10_000;
/** Before the start, by the clock of the friend service: no set is older than the process. */
const MARGIN_MS = 60_000;

/**
 * Asks again and again of which friend changes owners could not be told before they were answered. Whoever is told
 * of all changes, or hears of those here a second later, has no set that is much older than an answer; and who can't
 * ask knows that it doesn't know.
 */
export class UntoldPolls {
  readonly #deps: UntoldPollsDeps;
  readonly #stopping = new AbortController();
  #loop: WakingLoop | undefined;
  #sinceMs: number;
  /** When it was asked what was answered last, monotonic. */
  #heardMs: number;
  /** Of the last answer: an answer begins where the one before was not settled. */
  #known = new Set<string>();

  constructor(deps: UntoldPollsDeps) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.nowMs() - MARGIN_MS;
    this.#heardMs = deps.clock.monotonicMs();
  }

  start(): void {
    this.#loop = new WakingLoop(this.#deps.clock, this.#stopping.signal, () => this.#poll());
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#loop?.ended();
  }

  /** Friend changes may have been answered of which this process knows nothing. */
  get isUnheard(): boolean {
    return this.unheardMs > UNHEARD_MS;
  }

  /** For how long nothing was heard. */
  get unheardMs(): number {
    return this.#deps.clock.monotonicMs() - this.#heardMs;
  }

  async #poll(): Promise<number> {
    const { friends, clock, onFailure, onGap } = this.#deps;
    const askedMs = clock.monotonicMs();
    // What was noted meanwhile may be gone already.
    const isGap = askedMs - this.#heardMs > UNTOLD_KEPT_MS / 2;
    try {
      const { changes, untilMs, isCut } = await friends.untold(this.#sinceMs);
      if (isGap) onGap();
      this.#hear(changes);
      this.#sinceMs = untilMs;
      if (isCut) return 0;
      this.#heardMs = askedMs;
    } catch (error) {
      onFailure(error);
    }
    return POLL_MS;
  }

  #hear(changes: readonly UntoldChange[]): void {
    const known = new Set<string>();
    for (const { user, friend, atMs } of changes) {
      const key = `${user} ${friend} ${atMs}`;
      known.add(key);
      if (this.#known.has(key)) continue;
      this.#deps.onUntold(user, friend);
      this.#deps.onUntold(friend, user);
    }
    this.#known = known;
  }
}
