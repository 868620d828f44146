import {
  type Act,
  listings,
  RELATIONS,
  type Relation,
  type Standing,
  standingAfter,
  turned,
} from "../../services/friend/domain/standing.ts";

/** What one of two people does about the other. */
export interface Move {
  readonly act: Act;
  /** The second does it. */
  readonly isReversed: boolean;
  /** It gave no answer: it happened or not. */
  readonly isUnknown?: boolean;
}

/** Two people as they can be read: what lists each has the other on. */
export function shapeOf(
  areFriends: boolean,
  first: readonly Relation[],
  second: readonly Relation[],
): string {
  return JSON.stringify({ areFriends, first, second });
}

/** Where any order of these moves leads, by shape, from a standing as the first has it. */
export function outcomesOf(from: Standing, moves: readonly Move[]): Map<string, Standing> {
  const outcomes = new Map<string, Standing>();
  if (moves.every(({ isUnknown }) => isUnknown)) outcomes.set(shapeOfStanding(from), from);
  for (const [index, { act, isReversed }] of moves.entries()) {
    const seen = isReversed ? turned(from) : from;
    const then = standingAfter(seen, act, 7) ?? seen;
    const rest = outcomesOf(isReversed ? turned(then) : then, moves.toSpliced(index, 1));
    for (const [shape, standing] of rest) outcomes.set(shape, standing);
  }
  return outcomes;
}

function shapeOfStanding(standing: Standing): string {
  const [first, second] = [standing, turned(standing)].map((one) =>
    RELATIONS.filter((relation) => listings(one)[relation] > 0),
  );
  return shapeOf(standing.areFriends, first, second);
}
