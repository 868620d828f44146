import type { Population } from "../../population/population.ts";
import { MAX_UTILISATION, REPLICAS } from "../demand/policy.ts";
import { friendsPerPost, ownersPerPost, postAudienceOf } from "../demand/post-audience.ts";
import { visitsADay } from "../demand/visits.ts";
import { DAY_SECONDS } from "../traffic/curve/diurnal.ts";
import { ratesOverDay } from "./day-curve.ts";
import { COSTS, DELAYS, FAULTS, type Model, SETTINGS, STALLS } from "./model.ts";

export interface ModelOptions {
  readonly engine: Model["engine"];
  readonly dailyUsers: number;
  readonly owners: number;
  /** As many as the peak needs by default. */
  readonly workers?: number | undefined;
  /** The same all day, in place of the users' day: a slice. */
  readonly postsPerSecond?: number | undefined;
}

const POSTS_PER_FULL_CALL = 10;
const OWNER_SPREAD = 0.1;

/** The standard model for these people; every figure in it can be replaced (calibration.ts). */
export function createModel(population: Population, options: ModelOptions): Model {
  const { engine, dailyUsers, owners, workers, postsPerSecond } = options;
  const day = visitsADay(dailyUsers);
  const postsADay = postsPerSecond === undefined ? day.posts : postsPerSecond * DAY_SECONDS;
  const load = {
    postsADay,
    pagesADay: day.pages * (postsADay / day.posts),
    zones: postsPerSecond === undefined ? population.zones : ("none" as const),
  };
  const audience = postAudienceOf(population);
  const replicas = engine === "cql" ? REPLICAS : 1;
  const processes = {
    post: replicas,
    friend: replicas,
    fanout: workers ?? workersFor(load, audience, owners),
    timeline: owners,
    timelinesPerMachine: 1,
    ownerSpread: OWNER_SPREAD,
  };
  const standard = { costs: COSTS, delays: DELAYS, stalls: STALLS, faults: FAULTS };
  return { engine, load, audience, processes, ...standard, settings: SETTINGS };
}

/** With full batches, at the peak. */
function workersFor(load: Model["load"], audience: Model["audience"], owners: number): number {
  const { perMicro } = ratesOverDay(load.postsADay, load.zones);
  const peak = perMicro.reduce((most, rate) => Math.max(most, rate), 0);
  const { message, friend, piece, appendCall } = COSTS.fanout;
  const pieces = ownersPerPost(audience, owners);
  const post =
    message +
    friendsPerPost(audience) * friend +
    pieces * (piece + appendCall / POSTS_PER_FULL_CALL);
  return Math.max(1, Math.ceil((peak * post) / MAX_UTILISATION));
}
