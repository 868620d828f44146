import { History } from "./history/act.ts";
import { checkCounts, checkLive } from "./history/live/check-live.ts";
import type { Watch } from "./history/live/watch.ts";
import { checkQuiet } from "./history/quiet.ts";
import {
  DYING_SEEDS,
  LATER_SEEDS,
  RANKED_SEEDS,
  type Step,
  TELLING_SEEDS,
  USERS,
} from "./history/steps.ts";
import { checkTold } from "./history/told.ts";
import { Dice } from "./mesh/dice.ts";
import type { Variant } from "./mesh/environment.ts";
import { Mesh } from "./mesh/mesh.ts";
import type { MeshShape } from "./mesh/mesh-shape.ts";
import { Turns } from "./mesh/turns.ts";

const QUIET_EVERY = 60;

export interface Outcome {
  /** What was broken first, if anything. */
  readonly problem: string | undefined;
  /** How often something worth a test happened. */
  readonly events: ReadonlyMap<string, number>;
  /** How long it lasted, by the mesh's own clock. */
  readonly livedMs: number;
}

/** Lives through the steps on a fresh mesh. */
export async function simulate(
  seed: number,
  steps: readonly Step[],
  variant: Variant = {},
): Promise<Outcome> {
  const dice = new Dice(seed ^ 0x5eed);
  const holdsLong = seed >= LATER_SEEDS && seed % 4 === 3;
  const shape = { ...drawShape(dice), longHolds: holdsLong ? LONG_HOLDS : 0 };
  using turns = new Turns(dice, dice.pick([1, 3, 1_000])).install();
  const mesh = new Mesh(shape, variant, turns, dice);
  mesh.friends.isTelling = seed >= TELLING_SEEDS;
  mesh.friends.isSayingChanged = seed >= DYING_SEEDS;
  const startMs = mesh.env.clock.monotonicMs();
  await live(mesh, steps, seed >= RANKED_SEEDS ? [1, 2] : [1]);
  const livedMs = mesh.env.clock.monotonicMs() - startMs;
  return { problem: mesh.problems[0], events: mesh.events, livedMs };
}

/** Of the messages that the bus holds back, in a quarter of the histories. */
const LONG_HOLDS = 0.2;

async function live(mesh: Mesh, steps: readonly Step[], toldOrders: readonly (1 | 2)[]) {
  const history = new History(mesh);
  mesh.start();
  for (const [i, step] of steps.entries()) {
    await history.act(step);
    if (mesh.problems.length > 0) return;
    if ((i + 1) % QUIET_EVERY !== 0) continue;
    await check(mesh, history.watches);
    mesh.unsettle();
  }
  await check(mesh, history.watches);
  if (mesh.problems.length === 0) await checkTold(mesh, toldOrders);
}

async function check(mesh: Mesh, watches: readonly Watch[]): Promise<void> {
  await checkQuiet(mesh);
  await checkLive(mesh, watches);
  if (watches.length > 0 && mesh.problems.length === 0) await checkCounts(mesh);
}

function drawShape(dice: Dice): Omit<MeshShape, "longHolds"> {
  return {
    store: dice.pick(["embedded", "embedded", "short of memory", "tiny rings"]),
    isHalving: dice.chance(0.5),
    lossRate: dice.pick([0, 0.02, 0.1]),
    chaosRate: dice.pick([0, 0.05, 0.2]),
    friendSetBytes: dice.pick([1_500, 100_000]),
    maxPostsAnswer: dice.pick([4, Number.POSITIVE_INFINITY]),
    longLists: dice.chance(0.5) ? USERS.slice(0, 2) : [],
    tinyRingEntries: 8 + dice.below(9),
    indexBytes: dice.pick([0, 1_500, 1_000_000]),
    maxKeptFriends: dice.pick([2, 20_000, 20_000]),
  };
}
