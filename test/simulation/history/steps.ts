import type { UserId } from "../../../services/model/ids.ts";
import type { Dice } from "../mesh/dice.ts";

/** What happens in a history, by how often. The numbers of a step say to whom, which, how much. */
const WEIGHTS = {
  post: 22,
  delete: 4,
  befriend: 7,
  unfriend: 5,
  open: 10,
  next: 24,
  rebuild: 2,
  lapse: 3,
  crashWorker: 3,
  restartWorker: 1,
  crashTimeline: 2,
  doomTimeline: 3,
  crashPosts: 2,
  crashFriends: 2,
  start: 12,
  poison: 1,
  cure: 2,
  letter: 2,
  wait: 14,
  stepWall: 1,
  years: 1,
} as const;

export type StepKind = keyof typeof WEIGHTS;

export interface Step {
  readonly kind: StepKind;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Turns that others get before the next step. */
  readonly turns: number;
}

export const USERS: readonly UserId[] = Array.from({ length: 7 }, (_, i) => BigInt(i + 1) as UserId);
const MAX_NUMBER = 1_000_000;
const BUSY_TURNS = 12;
const CALM_TURNS = 150;

const kinds = Object.keys(WEIGHTS) as StepKind[];
const lots = kinds.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));

export function drawSteps(dice: Dice, count: number): Step[] {
  return Array.from({ length: count }, () => ({
    kind: dice.pick(lots),
    a: dice.below(MAX_NUMBER),
    b: dice.below(MAX_NUMBER),
    c: dice.below(MAX_NUMBER),
    turns: dice.below(dice.chance(0.3) ? CALM_TURNS : BUSY_TURNS),
  }));
}

/** One line for people. */
export function describeStep({ kind, a, b, c, turns }: Step): string {
  return `${kind} ${a} ${b} ${c}, then ${turns} turns`;
}
