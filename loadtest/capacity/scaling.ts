import type { Measured } from "../measure/measured.ts";
import { loadedSeconds } from "./judging/waiting.ts";
import { shown } from "./loads.ts";

interface Asked {
  readonly load: number;
  readonly perSecond: number;
}

/** A load so many times another must ask for more: a search over what changes nothing would find anything. */
const CLEARLY_MORE = 1.5;
const LEAST_GROWTH = 1.1;

/** Whether the steps of a search ask for different loads at all. */
export class Scaling {
  readonly #asked: Asked[] = [];

  /** Why the search can't find anything, once that is clear. */
  problemOf(load: number, measured: Measured): string | undefined {
    const intended = measured.operations.reduce((sum, { counts }) => sum + counts.intended, 0);
    const now = { load, perSecond: intended / loadedSeconds(measured) };
    const other = this.#asked.find((one) => asksTheSame(one, now) || asksTheSame(now, one));
    this.#asked.push(now);
    if (!other) return undefined;
    return (
      `The steps at ${shown(other.load)} and ${shown(load)} asked for ${other.perSecond.toFixed(1)} and ` +
      `${now.perSecond.toFixed(1)} calls a second: the load that is searched over changes nothing, so ` +
      "nothing can be found. Give a scenario whose load follows it."
    );
  }
}

function asksTheSame(less: Asked, more: Asked): boolean {
  return more.load >= CLEARLY_MORE * less.load && more.perSecond < LEAST_GROWTH * less.perSecond;
}
