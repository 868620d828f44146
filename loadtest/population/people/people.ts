import type { ComputedGraph } from "../graph/graph.ts";
import { keyOf, mix, unit } from "../hash.ts";
import { ACTIVE_SHARE, DAILY_SHARE, groupDegrees, meanOver, solveActivity } from "./activity.ts";
import { choiceTable, lognormalTable } from "./quantile-table.ts";
import { SCRIPTS } from "./scripts.ts";
import { planText, type TextPlan } from "./texts.ts";
import { ZONES, type ZoneSet } from "./zones.ts";

/** How one person lives with the feed. Rates are of days with a visit. */
export interface Person {
  /** Has read within two weeks: gets deliveries. */
  readonly isActive: boolean;
  /** The chance of a visit on a day; 0 for who is not active. */
  readonly visitShare: number;
  /** Posts written on such a day: 2.5 on the average of visitors, heavy-tailed, more with more friends. */
  readonly postsADay: number;
  /** Sessions on such a day. */
  readonly sessionsADay: number;
  /** Posts read on such a day: 100 on the average of visitors. */
  readonly readsADay: number;
  /** Index into the zones of the population. */
  readonly zone: number;
  /** Index into SCRIPTS. */
  readonly script: number;
}

export interface People {
  person(id: number): Person;
  /** Posts on any day, expected of people with as many friends. */
  expectedPostsADay(id: number): number;
  /** The text of a person's post number `post`, from 0. */
  text(id: number, post: number): TextPlan;
}

export const POSTS_A_VISITOR_AND_DAY = 2.5;
export const READS_A_VISITOR_AND_DAY = 100;
/** Assumed. */
const SESSIONS_A_VISITOR_AND_DAY = 5;
const SPREAD = { posts: 1.5, reads: 0.9, sessions: 0.6 };
/** A visit share of 1 - RAREST * sqrt(u) is 1 - 2/3 RAREST on average: the daily share of the active. */
const RAREST = (1 - DAILY_SHARE / ACTIVE_SHARE) * 1.5;

/** People of a graph: every trait is a hash of the seed and the id, shaped by the nominal degree. */
export function createPeople(graph: ComputedGraph, seed: number, zones: ZoneSet): People {
  const key = keyOf(seed, 3);
  const groups = groupDegrees(graph.rows);
  const { activeShareAt } = solveActivity(groups);
  // Writers have readers: the rate grows with the root of the degree, and 2.5 stays the visitors' mean.
  const meanRoot = meanOver(
    groups,
    ({ degree }) => Math.sqrt(degree),
    ({ degree }) => activeShareAt(degree),
  );
  const posts = lognormalTable(POSTS_A_VISITOR_AND_DAY / meanRoot, SPREAD.posts);
  const reads = lognormalTable(READS_A_VISITOR_AND_DAY, SPREAD.reads);
  const sessions = lognormalTable(SESSIONS_A_VISITOR_AND_DAY, SPREAD.sessions);
  const zoneOf = choiceTable(ZONES[zones].map(({ weight }) => weight));
  const scriptOf = choiceTable(SCRIPTS.map(({ weight }) => weight));
  const activeShares = new Map(graph.rows.map(({ degree }) => [degree, activeShareAt(degree)]));

  const keyOfPerson = (id: number) => mix(id ^ key);
  return {
    person(id) {
      const own = keyOfPerson(id);
      const bits = (trait: number) => keyOf(own, trait);
      const degree = graph.nominalDegree(id);
      const isActive = unit(bits(1)) < (activeShares.get(degree) ?? 0);
      return {
        isActive,
        visitShare: isActive ? 1 - RAREST * Math.sqrt(unit(bits(2))) : 0,
        postsADay: posts.at(bits(3)) * Math.sqrt(degree),
        readsADay: reads.at(bits(4)),
        sessionsADay: sessions.at(bits(5)),
        zone: zoneOf(bits(6)),
        script: scriptOf(bits(7)),
      };
    },
    expectedPostsADay(id) {
      const degree = graph.nominalDegree(id);
      const visits = (activeShares.get(degree) ?? 0) * (DAILY_SHARE / ACTIVE_SHARE);
      return (visits * POSTS_A_VISITOR_AND_DAY * Math.sqrt(degree)) / meanRoot;
    },
    text(id, post) {
      const own = keyOfPerson(id);
      return planText(keyOf(own, 8), post, scriptOf(keyOf(own, 7)));
    },
  };
}
