import type { ComputedGraph } from "../graph/graph.ts";
import { keyOf, mix } from "../hash.ts";
import { type Audience, createAudience, DAY } from "./audience.ts";
import { CELLS, zonesOfCells } from "./cells.ts";
import { choiceTable } from "./quantile-table.ts";
import { createReactions, type Reactions } from "./reactions.ts";
import { SCRIPTS } from "./scripts.ts";
import { planText, type TextPlan } from "./texts.ts";
import { ZONES, type ZoneSet } from "./zones.ts";

/** How one person lives with the feed. Rates are of days with a visit, and 0 for who is not active. */
export interface Person {
  /** Has read within two weeks: gets deliveries. */
  readonly isActive: boolean;
  /** The chance of a visit on a day. */
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

/** The people who get deliveries, numbered from 0. Others than people of the world throw RangeError. */
export interface ActivePeople {
  readonly count: number;
  personAt(index: number): number;
  has(person: number): boolean;
}

export interface People {
  readonly zones: ZoneSet;
  readonly active: ActivePeople;
  /** What traffic is drawn from, and `person` tells of. */
  readonly audience: Audience;
  person(id: number): Person;
  /** Posts on any day, expected of people with as many friends. */
  expectedPostsADay(id: number): number;
  /** What people do to posts that they read. */
  readonly reactions: Reactions;
  /** The text of a person's post number `post`, from 0. */
  text(id: number, post: number): TextPlan;
}

/** People of a graph: every trait is a function of the seed and the id, shaped by the nominal degree. */
export function createPeople(graph: ComputedGraph, seed: number, zones: ZoneSet): People {
  const key = keyOf(seed, 3);
  const audience = createAudience(graph, seed);
  const zoneOfCell = zonesOfCells(ZONES[zones]);
  const zoneOf = choiceTable(ZONES[zones].map(({ weight }) => weight));
  const scriptOf = choiceTable(SCRIPTS.map(({ weight }) => weight));
  const keyOfPerson = (id: number) => mix(id ^ key);
  return {
    zones,
    active: activePeople(graph, audience),
    audience,
    person(id) {
      const own = keyOfPerson(id);
      const index = audience.ranks.indexAt(graph.rankOf(id));
      const isActive = index >= 0;
      return {
        isActive,
        ...(isActive ? daysOf(audience, id, index) : NO_DAYS),
        zone: isActive ? zoneOfCell[index % CELLS] : zoneOf(keyOf(own, 6)),
        script: scriptOf(keyOf(own, 7)),
      };
    },
    reactions: createReactions(seed),
    expectedPostsADay: (id) => audience.expectedPostsADay(graph.nominalDegree(id)),
    text(id, post) {
      const own = keyOfPerson(id);
      return planText(keyOf(own, 8), post, scriptOf(keyOf(own, 7)));
    },
  };
}

function activePeople(graph: ComputedGraph, { ranks }: Audience): ActivePeople {
  return {
    count: ranks.count,
    personAt(index) {
      if (!Number.isInteger(index) || index < 0 || index >= ranks.count) {
        throw new RangeError(`active people are numbered 0 to ${ranks.count - 1}, not ${index}`);
      }
      return graph.personAtRank(ranks.rankAt(index, ranks.rowOf(index)));
    },
    has: (person) => ranks.indexAt(graph.rankOf(person)) >= 0,
  };
}

const NO_DAYS = { visitShare: 0, postsADay: 0, sessionsADay: 0, readsADay: 0 };

/** Sessions are Poisson: exp(-rate) of the days have none, and the others more than the rate. */
function daysOf({ ranks, habits, sessionsADay }: Audience, id: number, index: number) {
  const visitShare = 1 - Math.exp(-sessionsADay(index));
  const sessions = sessionsADay(index) / visitShare;
  return {
    visitShare,
    postsADay: sessions * habits.posts(id, ranks.rowOf(index)),
    sessionsADay: sessions,
    readsADay: sessions * (1 + habits.scrolls(id)) * DAY.postsPerPage,
  };
}
