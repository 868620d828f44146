/** What happened during a run. */
export interface RunEvent {
  /** Of the measured part. */
  readonly atSecond: number;
  readonly what: string;
}

/** Seconds of the measured part in which some of the target was away because the scenario says so. */
export interface Absence {
  readonly fromSecond: number;
  /** Infinity: until the end. */
  toSecond: number;
}

/** Keeps what happens, by the second of the measured part. Pure: the clock is the caller's. */
export class RunLog {
  readonly events: RunEvent[] = [];
  /** Why the run is not what was asked for, in sentences; each once. */
  readonly failures: string[] = [];
  readonly absences: Absence[] = [];
  readonly #second: () => number;

  constructor(second: () => number) {
    this.#second = second;
  }

  note(what: string): void {
    this.events.push({ atSecond: this.#second(), what });
  }

  fail(what: string): void {
    if (this.failures.includes(what)) return;
    this.note(what);
    this.failures.push(what);
  }

  /** A failure that shows only afterwards: no event of the run. */
  lacks(what: string): void {
    if (!this.failures.includes(what)) this.failures.push(what);
  }

  /** Something goes away; to be called when it is back. */
  goesAway(): () => void {
    const absence: Absence = { fromSecond: this.#second(), toSecond: Number.POSITIVE_INFINITY };
    this.absences.push(absence);
    return () => {
      absence.toSecond = this.#second();
    };
  }
}
