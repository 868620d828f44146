import { ZONES, type ZoneSet } from "../population/people/zones.ts";
import { type Audience, createAudience, DAY, type Ranked } from "./audience/audience.ts";
import { CELLS, cellSize, zonesOfCells } from "./audience/cells.ts";
import { localCurve, solveConcentration, summedCurve } from "./curve/diurnal.ts";
import { createSlotArrivals, type SlotArrivals } from "./curve/slot-arrivals.ts";
import { createStepStream, type Slice, type StepStream } from "./stream/step-stream.ts";

/** Days without end of what people do, all alike but for chance. */
export interface Traffic {
  readonly audience: Audience;
  /** Concentration of a day in one zone: its rate goes with exp(k cos t). */
  readonly k: number;
  /** Sessions begun over their mean, by slot of the day in UTC, all zones together. */
  readonly curve: Float64Array;
  /** Throws RangeError naming what is wrong with the slice. */
  stream(slice: Slice): StepStream;
}

export interface TrafficOptions {
  /** 32 bits. */
  readonly seed: number;
  /** `home` peaks at three times its mean; `world` has the same days of each person, and is flatter. */
  readonly zones?: ZoneSet;
}

export function createTraffic(ranked: Ranked, { seed, zones = "home" }: TrafficOptions): Traffic {
  const audience = createAudience(ranked, seed);
  const k = solveConcentration(cellZones("home").zones);
  const local = localCurve(k);
  const { zones: offsets, zoneOf } = cellZones(zones);
  const { count } = audience.active;
  // Cells have one of two sizes, and so one of two tables.
  const bySize = new Map<number, SlotArrivals>();
  const arrivalsFor = (size: number) => {
    const sessionsADay = (DAY.sessions * audience.dailyUsers * size) / count;
    const made = bySize.get(size) ?? createSlotArrivals(sessionsADay, local);
    bySize.set(size, made);
    return made;
  };
  return {
    audience,
    k,
    curve: summedCurve(k, offsets),
    stream(slice) {
      checkSlice(slice);
      const parts = {
        seed,
        audience,
        offsetHours: (cell: number) => offsets[zoneOf[cell]].offsetHours,
        arrivals: (cell: number) => arrivalsFor(cellSize(count, cell)),
      };
      return createStepStream(parts, slice);
    },
  };
}

/** The zones of a set, weighted by the cells they have. */
function cellZones(set: ZoneSet) {
  const zoneOf = zonesOfCells(ZONES[set]);
  const zones = ZONES[set].map(({ name, offsetHours }, zone) => ({
    name,
    offsetHours,
    weight: zoneOf.filter((one) => one === zone).length,
  }));
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
