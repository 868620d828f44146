import { InvalidArgumentError } from "commander";
import type { Outage } from "../../simulate/mesh/faults.ts";
import { timeOfDay } from "../options/traffic-options.ts";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const FORM = /^(?:(broker|worker|owner)(\d*):)?(\d\d?:\d\d(?::\d\d)?)\+(\d+(?:\.\d+)?)([smh])$/;

/**
 * 12:00+60m is the broker; worker:12:00+30s and owner3:12:00+5m are others. Adds to those before.
 */
export function outages(text: string, before: readonly Outage[] = []): readonly Outage[] {
  const [, what = "broker", index = "", from = "", length = "", unit = ""] = FORM.exec(text) ?? [];
  if (from === "") {
    throw new InvalidArgumentError(
      "It must be a time and how long, such as 12:00+60m, worker:18:30+20s or owner3:20:00+5m.",
    );
  }
  const outage: Outage = {
    what: what as Outage["what"],
    ...(index !== "" && { index: Number(index) }),
    fromSecond: timeOfDay(from),
    seconds: Number(length) * SECONDS[unit],
  };
  return [...before, outage];
}

/** An outage at a time of the day before the simulation's first is on its second day. */
export function within(outage: Outage, fromSecond: number): Outage {
  const day = 24 * SECONDS.h;
  return outage.fromSecond >= fromSecond
    ? outage
    : { ...outage, fromSecond: outage.fromSecond + day };
}
