import type { UserId } from "./ids.ts";

export type PersonState = "visible" | "hidden" | "erased";
export type GoneState = Exclude<PersonState, "visible">;

/**
 * People whom nobody may see: hidden, and may come back, or erased for good. Known by a hash, so an erased
 * person's id is in no row; an erased one is remembered for as long as anything of theirs can be on its way.
 */
export interface PersonStates {
  /** False: there are none, and nobody need ask. */
  readonly hidesAny: boolean;
  /** Those of these who are hidden or erased. */
  goneAmong(
    people: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, GoneState>> | ReadonlyMap<UserId, GoneState>;
  /** Durable, and known to every replica, when it resolves. */
  set(person: UserId, state: PersonState): Promise<void>;
}
