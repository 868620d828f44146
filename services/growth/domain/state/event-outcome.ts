import { KINDS } from "../figures/day-figures.ts";
import type { GrowthEvent } from "./commands.ts";

/**
 * What came of an event, as the word that is kept beside its key. A user below 2^27 is an insert's (or a
 * sign-up's, in checkpoints of earlier versions); a user with SIGN_UP a sign-up's; a word with CONTENT holds
 * 31 bits of what an activity or a post said. 0 is one of an earlier version: what it said is not known.
 */
const SIGN_UP = 2 ** 30;
const CONTENT = 2 ** 31;
const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

/** What is known of an event by its outcome. */
export type Recalled =
  | { readonly kind: "unknown" }
  /** Of earlier versions also a sign-up. */
  | { readonly kind: "insert"; readonly user: number }
  | { readonly kind: "sign-up"; readonly user: number }
  | { readonly kind: "content"; readonly word: number };

export function recall(outcome: number): Recalled {
  if (outcome === 0) return { kind: "unknown" };
  if (outcome >= CONTENT) return { kind: "content", word: outcome };
  if (outcome >= SIGN_UP) return { kind: "sign-up", user: outcome - SIGN_UP };
  return { kind: "insert", user: outcome };
}

export function signUpOutcome(user: number): number {
  return SIGN_UP + user;
}

/** Of two events that differ it is the same once in 2^31. */
export function contentOutcome({ kind, person, day, origin }: GrowthEvent): number {
  let hash = FNV_OFFSET;
  const add = (word: number) => {
    hash = Math.imul(hash ^ word, FNV_PRIME);
    hash ^= hash >>> 15;
  };
  add(kind === "posted" ? 1 : 2);
  for (const word of [person.low, person.high, day]) add(word);
  for (const name of KINDS) {
    const text = origin[name];
    add(text.length);
    for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
  }
  return CONTENT + (hash >>> 1);
}
