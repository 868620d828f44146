import { ZONES } from "../../population/people/zones.ts";
import {
  DAY_SECONDS,
  SLOT_SECONDS,
  solveConcentration,
  summedCurve,
} from "../traffic/curve/diurnal.ts";
import type { ArrivalRates } from "./kernel/arrivals.ts";
import type { Load } from "./model.ts";

const MICROS = 1e6;

/** A day's events as rates a us: the curve that traffic follows, or the same all day. */
export function ratesOverDay(perDay: number, zones: Load["zones"]): ArrivalRates {
  const mean = perDay / DAY_SECONDS / MICROS;
  if (zones === "none") {
    return { perMicro: Float64Array.of(mean), slotMicros: DAY_SECONDS * MICROS };
  }
  const curve = summedCurve(solveConcentration(ZONES.home), ZONES[zones]);
  return { perMicro: curve.map((rate) => rate * mean), slotMicros: SLOT_SECONDS * MICROS };
}

/** The rate at a time of any day. */
export function rateAt({ perMicro, slotMicros }: ArrivalRates, micros: number): number {
  return perMicro[Math.floor(micros / slotMicros) % perMicro.length];
}
