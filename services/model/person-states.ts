import type { UserId } from "./ids.ts";

export type PersonState = "visible" | "hidden" | "erased";
/** As the enums of all protos number them: each service has one of its own, and all are alike. */
export const PERSON_STATE_NUMBERS = { visible: 1, hidden: 2, erased: 3 } as const;
export type GoneState = Exclude<PersonState, "visible">;

/** What a person is, and by which change. */
export interface Standing {
  readonly state: PersonState;
  /** 0: none that is remembered. */
  readonly change: number;
}

/** For whoever counts no changes: the one behind the one in force. */
export const NEXT_CHANGE = 0;

/**
 * People whom nobody may see: hidden, and may come back, or erased for good. Known by a hash, so an erased
 * person's id is in no row; an erased one is remembered for as long as anything of theirs can be on its way.
 *
 * Changes of one person are numbered by whoever asks for them, rising. One that arrives late, behind a higher
 * number, changes nothing: so whatever is repeated, lost or overtaken, the last one counts.
 */
export interface PersonStates {
  /** False: there are none, and nobody need ask. */
  readonly hidesAny: boolean;
  /** Those of these who are hidden or erased. */
  goneAmong(
    people: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, GoneState>> | ReadonlyMap<UserId, GoneState>;
  /** As it is now, where the answers of `goneAmong` may be a moment old. */
  standing(person: UserId): Promise<Standing>;
  /**
   * Resolves with the number of the change that is in force: a higher one than `change` when that was overtaken.
   * Durable, and known to every replica, when it resolves.
   */
  set(person: UserId, state: PersonState, change?: number): Promise<number>;
  /** The same for a change that begins: lower numbers change nothing any more, and the state is as it was. */
  begin(person: UserId, change?: number): Promise<number>;
}

/** The number that a change gets where `inForce` is the last one. */
export function numberOf(change: number, inForce: number): number {
  return change === NEXT_CHANGE ? inForce + 1 : change;
}
