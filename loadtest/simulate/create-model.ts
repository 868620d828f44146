import { ASSUMED_ACTIVE_SHARE_OF_FRIENDS, groupDegrees } from "../../population/people/activity.ts";
import { DAY } from "../../population/people/audience.ts";
import type { Population } from "../../population/population.ts";
import { DAY_SECONDS } from "../traffic/curve/diurnal.ts";
import { ratesOverDay } from "./day-curve.ts";
import { type Audience, COSTS, DELAYS, FAULTS, type Model, SETTINGS, STALLS } from "./model.ts";

export interface ModelOptions {
  readonly engine: Model["engine"];
  readonly dailyUsers: number;
  readonly owners: number;
  /** As many as the peak needs by default. */
  readonly workers?: number | undefined;
  /** The same all day, in place of the users' day: a slice. */
  readonly postsPerSecond?: number | undefined;
}

/** Of the workers' CPU, at the peak, with full batches. */
const PLANNED_USE = 0.5;
const POSTS_PER_FULL_CALL = 10;
const REAL_REPLICAS = 3;
const OWNER_SPREAD = 0.1;

/** The standard model for these people; every figure in it can be replaced (calibration.ts). */
export function createModel(population: Population, options: ModelOptions): Model {
  const { engine, dailyUsers, owners, workers, postsPerSecond } = options;
  const sessions = dailyUsers * DAY.sessions;
  const ofDay = sessions * DAY.postsPerSession;
  const postsADay = postsPerSecond === undefined ? ofDay : postsPerSecond * DAY_SECONDS;
  const load = {
    postsADay,
    pagesADay: sessions * DAY.pagesPerSession * (postsADay / ofDay),
    zones: postsPerSecond === undefined ? population.zones : ("none" as const),
  };
  const audience = {
    authors: authorsOf(population),
    activeShare: ASSUMED_ACTIVE_SHARE_OF_FRIENDS,
  };
  const replicas = engine === "cql" ? REAL_REPLICAS : 1;
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

/** Degrees in some hundred groups, by how often people of the group post. */
function authorsOf({ rows, audience }: Population): Audience["authors"] {
  const groups = groupDegrees(rows).map(({ degree, people }) => ({
    friends: Math.round(degree),
    posts: people * audience.expectedPostsADay(degree),
  }));
  const posts = groups.reduce((sum, group) => sum + group.posts, 0);
  return groups.map((group) => ({ friends: group.friends, share: group.posts / posts }));
}

/** Mean over posts of the friends of their authors. */
function friendsPerPost({ authors }: Audience): number {
  return authors.reduce((sum, { friends, share }) => sum + friends * share, 0);
}

function workersFor(load: Model["load"], audience: Audience, owners: number): number {
  const { perMicro } = ratesOverDay(load.postsADay, load.zones);
  const peak = perMicro.reduce((most, rate) => Math.max(most, rate), 0);
  const { message, friend, piece, appendCall } = COSTS.fanout;
  const friends = friendsPerPost(audience);
  const pieces = owners * (1 - Math.exp(-friends / owners));
  const post = message + friends * friend + pieces * (piece + appendCall / POSTS_PER_FULL_CALL);
  return Math.max(1, Math.ceil((peak * post) / PLANNED_USE));
}
