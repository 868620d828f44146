import { type Audience, DAY } from "../../population/people/audience.ts";
import { CELLS, cellSize, zonesOfCells } from "../../population/people/cells.ts";
import { ZONES, type ZoneSet } from "../../population/people/zones.ts";
import type { Population } from "../../population/population.ts";
import { localCurve, solveConcentration, summedCurve } from "./curve/diurnal.ts";
import { createSlotArrivals, maxSessionsADay, type SlotArrivals } from "./curve/slot-arrivals.ts";
import { createStepStream, type Slice, type StepStream } from "./stream/step-stream.ts";

/** Days without end of what people do, all alike but for chance. */
export interface Traffic {
  readonly audience: Audience;
  /** The load is that of so many people a day. */
  readonly dailyUsers: number;
  /** Concentration of a day in one zone: its rate goes with exp(k cos t). */
  readonly k: number;
  /** Sessions begun over their mean, by slot of the day in UTC, all zones together. */
  readonly curve: Float64Array;
  /** Throws RangeError naming what is wrong with the slice. */
  stream(slice: Slice): StepStream;
}

export interface TrafficOptions {
  /** 32 bits: of chance, not of who the people are. */
  readonly seed: number;
  /**
   * `home` peaks at three times its mean; `world` has the same days of each person, and is flatter. Other
   * zones than the population's: hours of its people that differ from what it says of them.
   */
  readonly zones?: ZoneSet;
  /**
   * The load of so many a day; by default of as many as the world has. The same people come in the same
   * proportions and read at the same pace, so with 100 times the users everyone begins 100 times the
   * sessions: many more of one person's sessions overlap, and the same timelines are read more often.
   */
  readonly dailyUsers?: number | undefined;
}

/** Throws RangeError when the world cannot carry so many users. */
export function createTraffic(population: Population, options: TrafficOptions): Traffic {
  const { seed, zones = population.zones } = options;
  const { audience } = population;
  const { dailyUsers = audience.dailyUsers } = options;
  const { count } = audience.ranks;
  // The days of people do not depend on how many there are: k is that of cells of equal size.
  const k = solveConcentration(cellZones("home", CELLS).zones);
  const local = localCurve(k);
  const { zones: offsets, zoneOf } = cellZones(zones, count);
  checkDailyUsers(dailyUsers, count, local);
  // Cells have one of two sizes, and so one of two tables.
  const bySize = new Map<number, SlotArrivals>();
  const arrivalsFor = (size: number) => {
    const sessionsADay = (DAY.sessions * dailyUsers * size) / count;
    const made = bySize.get(size) ?? createSlotArrivals(sessionsADay, local);
    bySize.set(size, made);
    return made;
  };
  return {
    audience,
    dailyUsers,
    k,
    curve: summedCurve(k, offsets),
    stream(slice) {
      checkSlice(slice);
      const parts = {
        seed,
        audience,
        personAtRank: population.personAtRank,
        offsetHours: (cell: number) => offsets[zoneOf[cell]].offsetHours,
        arrivals: (cell: number) => arrivalsFor(cellSize(count, cell)),
      };
      return createStepStream(parts, slice);
    },
  };
}

/** As many as the fullest cell can draw in a slot at the peak: over a billion, but in tiny worlds. */
function checkDailyUsers(dailyUsers: number, active: number, local: Float64Array): void {
  const shareOfCell = cellSize(active, 0) / active;
  const most = Math.floor(maxSessionsADay(local) / (DAY.sessions * shareOfCell));
  if (dailyUsers >= 1 && dailyUsers <= most) return;
  throw new RangeError(
    `daily users: ${dailyUsers} is not a number from 1 to ${most}, the most for ${active} active people`,
  );
}

/** The zones of a set, weighted by the people in their cells. */
function cellZones(set: ZoneSet, people: number) {
  const zoneOf = zonesOfCells(ZONES[set]);
  const zones = ZONES[set].map(({ offsetHours }) => ({ offsetHours, weight: 0 }));
  zoneOf.forEach((zone, cell) => {
    zones[zone].weight += cellSize(people, cell);
  });
  return { zones, zoneOf };
}

function checkSlice({ generator, generators, fromSecond, seconds }: Slice): void {
  wholeNumber("generators", generators, 1, CELLS);
  wholeNumber("generator", generator, 0, generators - 1);
  wholeNumber("the first second", fromSecond, -MAX_SECOND, MAX_SECOND);
  wholeNumber("seconds", seconds, 0, MAX_SECOND);
}

/** Some 30 years: seconds and slots stay whole numbers of 31 bits. */
const MAX_SECOND = 1_000_000_000;

function wholeNumber(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${what}: ${value} is not a whole number from ${min} to ${max}`);
}
