import type { CapacityStep } from "./capacity-result.ts";
import { confirmedIn, estimateIn, failedIn } from "./evidence/found-in.ts";
import type { Hold } from "./hold.ts";
import { rounded, shown } from "./loads.ts";
import type { CapacityOptions } from "./options.ts";

/** What the target can do is another than it was: the search begins anew, at this load. */
export class TargetMoved extends Error {
  readonly load: number;

  /** `what` happened, as a sentence without its end. */
  constructor(load: number, what: string) {
    super(what);
    this.load = load;
  }
}

/**
 * So many spreads above what failed a load holds by chance once in 160 steps, and twice in turn never. Few steps make
 * the spread seem less than it is, and a target that goes on to move makes it seem more.
 */
const SPREADS_ABOVE = 2.5;
const [LEAST_SPREAD, MOST_SPREAD] = [0.03, 0.06];

/** Of what had held: so little holds, but for one step in 160, though steps differ by 10%. */
const FAR_LESS = 0.8;
/** Confirmations that failed, each at a load a little lower, until far less is tried. */
const MANY_FAILED = 4;

/**
 * Whether what failed still does: of confirmations, minutes later, none asks more. Caches fill meanwhile, limits are
 * raised, machines are added. Rejects with TargetMoved when a load that has to fail holds twice.
 */
export async function checkRose(
  hold: Hold,
  { confirmations, highest, stepSeconds }: CapacityOptions,
  steps: readonly CapacityStep[],
): Promise<void> {
  const confirmed = confirmedIn(steps, confirmations);
  const failed = failedIn(steps, confirmed);
  const estimate = estimateIn(steps);
  if (confirmed === undefined || failed === undefined || !estimate) return;
  const spread = Math.min(MOST_SPREAD, Math.max(LEAST_SPREAD, estimate.spread));
  const load = Math.min(
    highest,
    rounded(Math.max(failed, estimate.load) * Math.exp(SPREADS_ABOVE * spread)),
  );
  if (hasFailedSince(steps, confirmed, load)) return;
  const why = "whether what failed before still does";
  if (!(await isTwice(hold, { load, seconds: stepSeconds, outcome: "held", why }))) return;
  throw new TargetMoved(
    load,
    `${shown(failed)} had failed, and ${shown(load)} held twice later: what it can do rose while it was searched`,
  );
}

function hasFailedSince(steps: readonly CapacityStep[], confirmed: number, load: number): boolean {
  const last = steps.findLastIndex((step) => step.phase === "confirm" && step.load === confirmed);
  return steps.slice(last).some((step) => step.outcome === "failed" && step.load <= load);
}

/** Whether far less than what had held does, when many confirmations failed. Rejects with TargetMoved when it fails twice. */
export async function checkFell(
  hold: Hold,
  { lowest, stepSeconds }: CapacityOptions,
  steps: readonly CapacityStep[],
  held: number,
): Promise<void> {
  const failed = steps.filter(({ phase, outcome }) => phase === "confirm" && outcome === "failed");
  const load = rounded(held * FAR_LESS);
  if (failed.length !== MANY_FAILED || load < lowest) return;
  const why = `whether far less than ${shown(held)}, which held, still does`;
  if (!(await isTwice(hold, { load, seconds: stepSeconds, outcome: "failed", why }))) return;
  throw new TargetMoved(
    load,
    `${shown(held)} had held, and ${shown(load)} failed twice later: what it can do fell while it was searched`,
  );
}

interface Tried {
  readonly load: number;
  readonly seconds: number;
  readonly outcome: CapacityStep["outcome"];
  readonly why: string;
}

async function isTwice(hold: Hold, { load, seconds, outcome, why }: Tried): Promise<boolean> {
  for (const which of [why, `${why}: try 2 of 2`]) {
    if ((await hold(load, seconds, "refine", which)) !== outcome) return false;
  }
  return true;
}
