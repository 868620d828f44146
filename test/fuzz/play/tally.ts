import type { Outcome } from "./target.ts";

/** The first call of a target that ended in a fault. */
export interface Fault {
  readonly number: number;
  readonly target: string;
  readonly said: string;
}

/** What came of calls, by target and by status. */
export class Tally {
  readonly #byTarget = new Map<string, Map<string, number>>();
  readonly faults: Fault[] = [];
  calls = 0;
  faulty = 0;

  /** The fault, when it is the target's first. */
  add(target: string, number: number, { status, fault }: Outcome): Fault | undefined {
    this.calls++;
    const statuses = this.#byTarget.getOrInsertComputed(target, () => new Map());
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (fault === undefined) return undefined;
    return this.addFault({ number, target, said: fault });
  }

  addFault(fault: Fault): Fault | undefined {
    this.faulty++;
    if (this.faults.some(({ target }) => target === fault.target)) return undefined;
    this.faults.push(fault);
    return fault;
  }

  /** Of each target, in the order of their names: how many calls, and how many of each status. */
  byTarget(): readonly (readonly [target: string, statuses: ReadonlyMap<string, number>])[] {
    return [...this.#byTarget].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  byStatus(): ReadonlyMap<string, number> {
    const all = new Map<string, number>();
    for (const [, statuses] of this.byTarget()) {
      for (const [status, count] of statuses) all.set(status, (all.get(status) ?? 0) + count);
    }
    return all;
  }
}
