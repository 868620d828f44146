import { MAX_PROBE_CHANGE } from "../measure/machine/conditions.ts";
import { median } from "../measure/median.ts";
import type { ProbeShift } from "./judging/judge-step.ts";

/** So many steps in a row at another speed, all at the same one: it is the machine's speed now. */
const SETTLED_STEPS = 3;

/** The speed of the machine by its CPU probe, and whether it is what it was when the search began. */
export class MachineSpeed {
  #reference: number | undefined;
  /** Probes around the latest steps that were off the reference. */
  #off: number[] = [];

  constructor(atStart: number | undefined) {
    this.#reference = atStart;
  }

  /** How far a step's probes are off the reference; undefined: nobody probes. */
  shiftOf(before: number | undefined, after: number | undefined): ProbeShift | undefined {
    if (this.#reference === undefined || before === undefined || after === undefined) {
      return undefined;
    }
    const shift = { before: before / this.#reference, after: after / this.#reference };
    this.#off = isOff(shift.before) || isOff(shift.after) ? [...this.#off, before, after] : [];
    return shift;
  }

  /**
   * The speed at which the machine has settled, over the one before, when it has: that is the reference
   * from now on. Undefined while it has not.
   */
  settle(): number | undefined {
    const latest = this.#off.slice(-2 * SETTLED_STEPS);
    if (this.#reference === undefined || latest.length < 2 * SETTLED_STEPS) return undefined;
    const now = median(latest);
    if (latest.some((one) => isOff(one / now))) return undefined;
    const ratio = now / this.#reference;
    this.#reference = now;
    this.#off = [];
    return ratio;
  }
}

function isOff(ratio: number): boolean {
  return Math.abs(ratio - 1) > MAX_PROBE_CHANGE;
}
