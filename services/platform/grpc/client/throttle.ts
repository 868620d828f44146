import { PRIORITIES, type Priority } from "../../admission/priority.ts";

export interface ThrottlePolicy {
  /** So many times what a server takes is sent to it: the rest would only be refused, at its cost. */
  readonly acceptsFactor: number;
  /** Calls are forgotten after so long, ms. */
  readonly memoryMs: number;
  /** So many refused calls in that time are no reason yet, and are sent beside what is taken. */
  readonly spared: number;
}

export const DEFAULT_THROTTLE: ThrottlePolicy = {
  acceptsFactor: 1.2,
  memoryMs: 2_000,
  spared: 20,
};

/**
 * Adaptive throttling on the caller's side, after "Handling Overload" in the SRE book: once more is refused than
 * K times what is accepted allows, a call is sent with a probability, K accepts / requests. Each method and priority by
 * itself: a server that takes pages and no rebuilds gets the pages.
 *
 * The book counts both over two minutes. Here requests are those of the last moment, so that a flood is held back
 * within one, and accepts those of the better half of the last two seconds: a server that stood still for one of them,
 * as for its collector, takes as much as before when it goes on, and with the mean of all it would be sent 1.2 times
 * what it took while it did not, and get back to its capacity in ten seconds. From a longer one it gets back by half as
 * much again each moment in which it refuses nothing.
 */
export class Throttle {
  readonly #policy: ThrottlePolicy;
  readonly #counts: Readonly<Record<Priority, Counts>>;

  constructor(policy: ThrottlePolicy = DEFAULT_THROTTLE) {
    this.#policy = policy;
    const counts = PRIORITIES.map((priority) => [priority, new Counts(policy.memoryMs / SLOTS)]);
    this.#counts = Object.fromEntries(counts) as Record<Priority, Counts>;
  }

  /** Whether to send a call. `random` from 0 to 1. */
  sends(priority: Priority, nowMs: number, random: number): boolean {
    const counts = this.#counts[priority];
    counts.look(nowMs);
    counts.now.asked++;
    const { acceptsFactor, spared } = this.#policy;
    const { accepted, refused, heldBack } = counts.all;
    if (refused + heldBack <= (acceptsFactor - 1) * accepted + spared) return true;
    const taken = Math.max(
      acceptsFactor * counts.acceptedAtBest,
      FACTOR_WHEN_ALL_IS_TAKEN * counts.allThatWasTaken,
    );
    if ((1 - random) * counts.askedLately(nowMs) < taken + spared / SLOTS) return true;
    counts.heldBack();
    return false;
  }

  /**
   * What was sent was answered: by a refusal for overload, or by anything else. It counts from now on: calls that
   * are on their way are not refused.
   */
  answered(priority: Priority, isAccepted: boolean): void {
    if (isAccepted) this.#counts[priority].accepted();
    else this.#counts[priority].refused();
  }
}

/** The memory is so many slots; the best of them say what a server takes. */
const SLOTS = 8;
/** The fewer, the more of what is chance counts as what it takes; the more, the shorter a pause that is forgiven. */
const BEST_SLOTS = 4;

/** A server that refuses nothing of what it is sent is sent more, as a connection that starts slowly. */
const FACTOR_WHEN_ALL_IS_TAKEN = 1.5;

/** What was asked for, and what came of it. */
interface Slot {
  asked: number;
  accepted: number;
  refused: number;
  heldBack: number;
}

const EMPTY: Readonly<Slot> = { asked: 0, accepted: 0, refused: 0, heldBack: 0 };

/** Of the last slots that have ended, and of the one that has not. */
class Counts {
  readonly #slotMs: number;
  #ended: readonly Slot[] = [];
  #beganMs = 0;
  now: Slot = { ...EMPTY };
  /** The sum, with the slot that has not ended. */
  all: Slot = { ...EMPTY };
  /** In a slot, by the mean of the best. */
  acceptedAtBest = 0;

  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  accepted(): void {
    this.now.accepted++;
    this.all.accepted++;
  }

  refused(): void {
    this.now.refused++;
    this.all.refused++;
  }

  heldBack(): void {
    this.now.heldBack++;
    this.all.heldBack++;
  }

  /** In the last slot that has ended, if nothing was refused in it; else 0. */
  get allThatWasTaken(): number {
    const { accepted, refused } = this.#ended[0] ?? EMPTY;
    return refused === 0 ? accepted : 0;
  }

  /** In as long as a slot is: of the one that has ended last, and of what is there of this one. */
  askedLately(nowMs: number): number {
    const before = this.#ended[0] ?? EMPTY;
    return (before.asked + this.now.asked) / (1 + (nowMs - this.#beganMs) / this.#slotMs);
  }

  /** Ends the slot when it is time. */
  look(nowMs: number): void {
    const passed = Math.floor((nowMs - this.#beganMs) / this.#slotMs);
    if (passed < 1) return;
    const idle = Array.from({ length: Math.min(passed - 1, SLOTS) }, () => EMPTY);
    this.#ended = [...idle, this.now, ...this.#ended].slice(0, SLOTS);
    this.#beganMs += passed * this.#slotMs;
    this.now = { ...EMPTY };
    this.all = { ...EMPTY };
    for (const { accepted, refused, heldBack } of this.#ended) {
      this.all.accepted += accepted;
      this.all.refused += refused;
      this.all.heldBack += heldBack;
    }
    const best = this.#ended.map(({ accepted }) => accepted).sort((a, b) => b - a);
    this.acceptedAtBest = best.slice(0, BEST_SLOTS).reduce((sum, one) => sum + one, 0) / BEST_SLOTS;
  }
}
