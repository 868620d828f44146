import { type UserId, userIdOf } from "../../../services/model/ids.ts";
import { Dice } from "../mesh/dice.ts";

/** What happens in a history, by how often. The numbers of a step say to whom, which, how much. */
const WEIGHTS = {
  post: 26,
  delete: 4,
  befriend: 5,
  unfriend: 4,
  open: 10,
  next: 24,
  return: 8,
  waver: 4,
  quarrel: 5,
  rebuild: 2,
  lapse: 3,
  pull: 5,
  pullAll: 3,
  crashWorker: 3,
  restartWorker: 1,
  crashTimeline: 2,
  doomTimeline: 3,
  resize: 2,
  crashPosts: 2,
  crashFriends: 2,
  start: 12,
  poison: 2,
  cure: 1,
  letter: 2,
  wait: 14,
  stepWall: 1,
  stepPosts: 2,
  years: 1,
  sweep: 3,
} as const;
/** What only later seeds draw: earlier ones live the histories that found faults in their time. */
const LATER_WEIGHTS = { giveUp: 4 } as const;
/** What only these histories draw. */
const WATCHING_WEIGHTS = {
  watch: 7,
  leave: 1,
  cut: 3,
  stall: 3,
  goOn: 4,
  age: 3,
  count: 10,
} as const;
/** From here on. */
export const LATER_SEEDS = 1_000_000;
/** From here on owners are told of friend changes before these are answered, all the time. */
export const TELLING_SEEDS = 10_000_000;
/** From here on owners die between being told and following what they were told. */
export const DYING_SEEDS = 11_000_000;
/** From here on ranked scrolls, too, are held against the truth before the events of friend changes. */
export const RANKED_SEEDS = 12_000_000;
/** From here on people follow their timelines live, and count what is new. */
export const WATCHING_SEEDS = 13_000_000;

export type StepKind =
  | keyof typeof WEIGHTS
  | keyof typeof LATER_WEIGHTS
  | keyof typeof WATCHING_WEIGHTS;

export interface Step {
  readonly kind: StepKind;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Of the dice from here on: a history with a step left out goes on nearly as before. */
  readonly seed: number;
  /** Turns that others get before the next step. */
  readonly turns: number;
}

export const USERS: readonly UserId[] = Array.from({ length: 6 }, (_, i) => userIdOf(i + 1));
const MAX_NUMBER = 1_000_000;
const BUSY_TURNS = 12;
const FIRST_FRIENDSHIPS = 8;
const CALM_TURNS = 150;

const lots = lotsOf(WEIGHTS);
const laterLots = lotsOf({ ...WEIGHTS, ...LATER_WEIGHTS });
const watchingLots = lotsOf({ ...WEIGHTS, ...LATER_WEIGHTS, ...WATCHING_WEIGHTS });

function lotsOf(weights: Partial<Record<StepKind, number>>): readonly StepKind[] {
  const kinds = Object.keys(weights) as StepKind[];
  return kinds.flatMap((kind) => Array.from({ length: weights[kind] ?? 0 }, () => kind));
}

/** What a history of this seed is drawn from. */
function lotsFor(seed: number): readonly StepKind[] {
  if (seed >= WATCHING_SEEDS) return watchingLots;
  return seed >= LATER_SEEDS ? laterLots : lots;
}

/** A history begins with some friendships: without them nothing happens. */
export function drawSteps(seed: number, count: number): Step[] {
  const dice = new Dice(seed);
  const kinds = lotsFor(seed);
  return Array.from({ length: count }, (_, i) => ({
    kind: i < FIRST_FRIENDSHIPS ? "befriend" : dice.pick(kinds),
    a: dice.below(MAX_NUMBER),
    b: dice.below(MAX_NUMBER),
    c: dice.below(MAX_NUMBER),
    seed: dice.below(MAX_NUMBER),
    turns: dice.below(dice.chance(0.3) ? CALM_TURNS : BUSY_TURNS),
  }));
}

/** One line for people. */
export function describeStep({ kind, a, b, c, seed, turns }: Step): string {
  return `${kind} ${a} ${b} ${c}, then ${turns} turns (dice ${seed})`;
}
