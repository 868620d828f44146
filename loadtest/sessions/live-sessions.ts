import { keyOf, unit } from "../../population/hash.ts";
import type { Feed } from "./asking.ts";

/** A session that goes on, and its number for the engine: no other that lives has it. */
export interface LiveSession {
  readonly number: number;
  readonly feed: Feed;
}

/**
 * Longer than anyone waits between two steps of a session (six minutes, by the tables that the steps are
 * drawn from): whoever was idle for so long does not come back.
 */
export const FORGET_SECONDS = 400;
const SESSION_BITS = 22;
const THINNING_KEY = 0x7468696e;

/**
 * The sessions in progress: which of them are kept when the load is thinned, and how far each has
 * scrolled. What bounds it is time: who did nothing for FORGET_SECONDS is forgotten, after twice that at
 * the latest, so there are never more than the sessions of a quarter of an hour.
 */
export class LiveSessions {
  readonly #key: number;
  /** Undefined: left out. */
  #young = new Map<number, LiveSession | undefined>();
  #old = new Map<number, LiveSession | undefined>();
  #turnedAt = 0;

  constructor(seed: number) {
    this.#key = keyOf(seed, THINNING_KEY);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** It is `second` now; never goes back. */
  at(second: number): void {
    if (second - this.#turnedAt < FORGET_SECONDS) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#turnedAt = second;
  }

  /**
   * The session, if it is among the `share` of all that are kept, which is decided when it is first seen:
   * by its name alone, so that any number of generators decide alike.
   */
  of(person: number, session: number, share: number): LiveSession | undefined {
    const name = nameOf(person, session);
    if (this.#young.has(name)) return this.#young.get(name);
    const live = this.#old.has(name) ? this.#old.get(name) : this.#begin(person, session, share);
    this.#old.delete(name);
    this.#young.set(name, live);
    return live;
  }

  #begin(person: number, session: number, share: number): LiveSession | undefined {
    if (unit(keyOf(keyOf(this.#key, person), session)) >= share) return undefined;
    return { number: nameOf(person, session), feed: { viewer: person, token: undefined } };
  }
}

/**
 * Above 0, and exact: people have 31 bits. Of the 31 that name a person's session 22 are taken, so that
 * two of one person's are taken for one when they live at once and agree in these, once in 4 million.
 */
function nameOf(person: number, session: number): number {
  return person * 2 ** SESSION_BITS + (session >>> (31 - SESSION_BITS));
}
