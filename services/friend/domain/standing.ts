/** What one of two people did about the other: when, in ms since the Unix epoch; 0: not at all. */
export interface Stance {
  readonly requestedAtMs: number;
  readonly blockedAtMs: number;
}

/** How two people stand to each other, as one of them has it. */
export interface Standing {
  readonly areFriends: boolean;
  readonly mine: Stance;
  readonly theirs: Stance;
}

/**
 * What a person does about another. `befriend` and `unfriend` are a trusted service's, `forget` ends all
 * there is, for who erases a person.
 */
export type Act = "request" | "decline" | "block" | "unblock" | "befriend" | "unfriend" | "forget";

/** A list of people that a standing puts the other on, or not. */
export const RELATIONS = ["requests-out", "requests-in", "blocks", "hidden"] as const;
export type Relation = (typeof RELATIONS)[number];

export const NO_STANCE: Stance = { requestedAtMs: 0, blockedAtMs: 0 };
export const STRANGERS: Standing = { areFriends: false, mine: NO_STANCE, theirs: NO_STANCE };

type Step = (before: Standing, nowMs: number) => Standing | undefined;

/**
 * A person who is blocked may ask all the same, and is on nobody's list but their own: so they see what
 * they would see of a request that is not answered.
 */
const STEPS: Readonly<Record<Act, Step>> = {
  request: (before, nowMs) => {
    const { areFriends, mine, theirs } = before;
    if (mine.blockedAtMs > 0) return undefined;
    if (areFriends || theirs.requestedAtMs > 0) return asFriends(before);
    if (mine.requestedAtMs > 0) return before;
    return { ...before, mine: { ...mine, requestedAtMs: nowMs } };
  },
  decline: ({ mine, theirs }) => ({
    areFriends: false,
    mine: unasked(mine),
    theirs: mine.blockedAtMs > 0 ? theirs : unasked(theirs),
  }),
  block: (before, nowMs) => {
    const { mine, theirs } = before;
    if (mine.blockedAtMs > 0) return { ...before, areFriends: false };
    const blocking = { requestedAtMs: 0, blockedAtMs: nowMs };
    return { areFriends: false, mine: blocking, theirs: unasked(theirs) };
  },
  unblock: (before) => ({ ...before, mine: { ...before.mine, blockedAtMs: 0 } }),
  befriend: (before) => {
    const isBlocked = before.mine.blockedAtMs > 0 || before.theirs.blockedAtMs > 0;
    return isBlocked ? undefined : asFriends(before);
  },
  unfriend: (before) => ({ ...before, areFriends: false }),
  forget: () => STRANGERS,
};

/** The standing after an act; the same object when it changes nothing, undefined when a block forbids it. */
export function standingAfter(before: Standing, act: Act, nowMs: number): Standing | undefined {
  const then = STEPS[act](before, nowMs);
  return then !== undefined && isSame(before, then) ? before : then;
}

/** As the other of the two has it. */
export function turned({ areFriends, mine, theirs }: Standing): Standing {
  return { areFriends, mine: theirs, theirs: mine };
}

/** Since when the other is on each of my lists; 0: not on it. */
export function listings({ mine, theirs }: Standing): Readonly<Record<Relation, number>> {
  return {
    "requests-out": mine.requestedAtMs,
    "requests-in": mine.blockedAtMs > 0 ? 0 : theirs.requestedAtMs,
    blocks: mine.blockedAtMs,
    hidden: mine.blockedAtMs || theirs.blockedAtMs,
  };
}

/** Whether one of them asked, or blocks: what has to be remembered for as long as it lasts. */
export function isOpen({ mine, theirs }: Pick<Standing, "mine" | "theirs">): boolean {
  return [mine, theirs].some((one) => one.requestedAtMs > 0 || one.blockedAtMs > 0);
}

function asFriends({ mine, theirs }: Standing): Standing {
  return { areFriends: true, mine: unasked(mine), theirs: unasked(theirs) };
}

function unasked(stance: Stance): Stance {
  return stance.requestedAtMs === 0 ? stance : { ...stance, requestedAtMs: 0 };
}

function isSame(a: Standing, b: Standing): boolean {
  return (
    a.areFriends === b.areFriends &&
    isSameStance(a.mine, b.mine) &&
    isSameStance(a.theirs, b.theirs)
  );
}

function isSameStance(a: Stance, b: Stance): boolean {
  return a.requestedAtMs === b.requestedAtMs && a.blockedAtMs === b.blockedAtMs;
}
