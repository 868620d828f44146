import { READS_A_VISITOR_AND_DAY } from "../../population/people/activity.ts";
import { DAY } from "../../population/people/audience.ts";
import {
  COMMENTS_A_VISITOR_AND_DAY,
  LIKES_A_VISITOR_AND_DAY,
} from "../../population/people/reactions.ts";
import type { Population } from "../../population/population.ts";
import { visitsIn } from "../demand/visits.ts";
import type { Scenario, SurgeSpec } from "../scenarios/scenario.ts";
import { DAY_SECONDS } from "../traffic/curve/diurnal.ts";
import { createTraffic } from "../traffic/traffic.ts";
import { callNames } from "./calls/call-name.ts";
import { FLOOD_PAGE } from "./operations.ts";
import { highestFactor } from "./pace.ts";

/**
 * What a scenario comes to at its highest, calls a second by operation: the load at the highest pace, each
 * surge while it lasts. Of a closed loop nobody can say: its operations are there, with NaN. Throws RangeError when the world cannot carry so many users.
 */
export function expectedCalls(
  scenario: Scenario,
  population: Population,
): Readonly<Record<string, number>> {
  const calls = loadCalls(scenario, population);
  for (const surge of scenario.surges) {
    for (const [name, rate] of surgeCalls(surge, scenario)) calls[name] = (calls[name] ?? 0) + rate;
  }
  return calls;
}

function loadCalls(scenario: Scenario, population: Population): Record<string, number> {
  const { load, dailyUsers } = scenario;
  const factor = highestFactor(scenario);
  if (load.kind !== "sessions") {
    const total = load.calls.reduce((sum, { weight }) => sum + weight, 0);
    const isClosed = load.kind === "closed";
    return Object.fromEntries(
      callNames(load.calls).map((name, i) => {
        if (isClosed) return [`closed.${name}`, Number.NaN];
        return [name, (load.perSecond * factor * load.calls[i].weight) / total];
      }),
    );
  }
  const { seed } = scenario.world;
  const users = dailyUsers * factor;
  const { curve } = createTraffic(population, { seed, zones: "home", dailyUsers: users });
  const peak = curve.reduce((most, rate) => Math.max(most, rate));
  const sessions = (users * DAY.sessions * peak) / DAY_SECONDS;
  const { posts, pages: everywhere } = visitsIn(sessions);
  const pages = everywhere * pagesHere(scenario);
  const visitors = (pages * DAY.postsPerPage) / READS_A_VISITOR_AND_DAY;
  if (load.via === "rest") {
    return {
      "gateway.page": pages,
      ...(load.reactions && {
        "gateway.like": visitors * LIKES_A_VISITOR_AND_DAY,
        "gateway.comment": visitors * COMMENTS_A_VISITOR_AND_DAY,
      }),
      "gateway.post": posts,
    };
  }
  return {
    "timeline.get": pages,
    "posts.get": pages,
    ...(load.reactions && {
      "reactions.get": pages,
      "reaction.like": visitors * LIKES_A_VISITOR_AND_DAY,
      "reaction.comment": visitors * COMMENTS_A_VISITOR_AND_DAY,
    }),
    "post.create": posts,
  };
}

/** The share of the pages that are asked for in this slice. */
function pagesHere({ slice }: Scenario): number {
  return slice.kind === "owner" ? 1 / slice.owners : 1;
}

function surgeCalls(
  surge: SurgeSpec,
  scenario: Scenario,
): readonly (readonly [name: string, rate: number])[] {
  const { load } = scenario;
  const here = pagesHere(scenario);
  const pages = (
    name: string,
    { people, overSeconds }: { people: number; overSeconds: number },
  ) => {
    const rate = (here * people) / overSeconds;
    const page = [`${name}.page`, rate] as const;
    const isOneCall = load.kind === "sessions" && load.via === "rest";
    return isOneCall ? [page] : [page, [`${name}.posts`, rate] as const];
  };
  switch (surge.kind) {
    case "celebrity post":
      return [["celebrity.post", 1]];
    case "mass return":
      return pages("return", surge);
    case "refresh":
      return pages("refresh", surge);
    case "hot viewer":
      return [["hot.page", surge.perSecond]];
    case "flood":
      return [[FLOOD_PAGE, surge.perSecond]];
    case "connections":
      return [["connection.first-page", (here * surge.connections) / surge.overSeconds]];
  }
}
