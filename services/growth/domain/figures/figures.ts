import { DayFigures, type Origin, PART_PRECISION } from "./day-figures.ts";
import { type Day, mondayOf, WEEK_DAYS } from "./days.ts";
import { addHash, createSketch, hashKey, type Sketch } from "./hyper-log-log.ts";

/** Days that are kept, today among them. */
export const MAX_DAYS = 90;
/** A cohort is followed through so many weeks, that of joining among them. */
export const MAX_COHORT_WEEKS = 13;
/** How far an event may be ahead of the clock: clocks differ, and so do their days. */
const MAX_AHEAD_DAYS = 1;

/** Those who joined in one week. */
export interface CohortFigures {
  newUsers: number;
  /** By weeks since: who was active. */
  readonly active: Sketch[];
}

/** A person of the mesh, by the halves of its id. */
export interface Someone {
  readonly low: number;
  readonly high: number;
}

/** What the sketches take for different people: persons, and users who are none. */
const PERSON = 0;
const NAMELESS = 1;

/** What is counted, by day and by week of joining. Old days and cohorts are dropped. */
export class Figures {
  readonly days = new Map<Day, DayFigures>();
  readonly cohorts = new Map<Day, CohortFigures>();
  /** Changed since `takeDirty`: days and weeks. */
  readonly #dirtyDays = new Set<Day>();
  readonly #dirtyWeeks = new Set<Day>();
  readonly #hash = new Uint32Array(2);
  #today: Day = 0;
  /** Nearly all that comes is of the day of what came before it. */
  #lastDay: Day = -1;
  #last: DayFigures | undefined;

  /** The newest day that was begun. */
  get today(): Day {
    return this.#today;
  }

  /** Time has come to this day; what is older than `MAX_DAYS` is dropped. Days never go back. */
  begin(day: Day): void {
    if (day <= this.#today) return;
    this.#today = day;
    this.#last = undefined;
    const oldest = day - MAX_DAYS + 1;
    for (const kept of this.days.keys()) if (kept < oldest) this.days.delete(kept);
    for (const week of this.cohorts.keys()) {
      if (week < mondayOf(oldest)) this.cohorts.delete(week);
    }
  }

  /** Undefined when an event of this day can be counted. */
  refusalOf(day: Day): "too-old" | "too-far-ahead" | undefined {
    if (day > this.#today + MAX_AHEAD_DAYS) return "too-far-ahead";
    return day < this.#today - MAX_DAYS + 1 ? "too-old" : undefined;
  }

  /** A person joined. */
  addPerson(day: Day, who: Someone, isReferred: boolean, origin: Origin): void {
    this.#day(day).addUser(isReferred, origin);
    this.#cohort(mondayOf(day)).newUsers++;
    this.addActive(day, who, day, origin);
  }

  /** A user joined today who is no person of the mesh: of what it does later nothing will be known. */
  addNameless(user: number, isReferred: boolean): void {
    const today = this.#day(this.#today);
    today.addUser(isReferred, undefined);
    hashKey(user, 0, NAMELESS, this.#hash);
    today.addActive(this.#hash, undefined);
  }

  /** A person posted, which is activity too; `joined`: when, if that is known. */
  addPost(day: Day, who: Someone, joined: Day | undefined, origin: Origin): void {
    this.#day(day).addPost(origin);
    this.addActive(day, who, joined, origin);
  }

  addActive(day: Day, who: Someone, joined: Day | undefined, origin: Origin): void {
    hashKey(who.low, who.high, PERSON, this.#hash);
    this.#day(day).addActive(this.#hash, origin);
    if (joined === undefined) return;
    const week = mondayOf(joined);
    const since = (mondayOf(day) - week) / WEEK_DAYS;
    if (since < 0 || since >= MAX_COHORT_WEEKS) return;
    if (week < mondayOf(this.#today - MAX_DAYS + 1)) return;
    const { active } = this.#cohort(week);
    while (active.length <= since) active.push(createSketch(PART_PRECISION));
    addHash(active[since], this.#hash);
  }

  /** What was changed since it was last asked. */
  takeDirty(): { readonly days: readonly Day[]; readonly weeks: readonly Day[] } {
    const dirty = { days: [...this.#dirtyDays], weeks: [...this.#dirtyWeeks] };
    this.#dirtyDays.clear();
    this.#last = undefined;
    this.#dirtyWeeks.clear();
    return dirty;
  }

  #day(day: Day): DayFigures {
    if (day === this.#lastDay && this.#last !== undefined) return this.#last;
    this.#dirtyDays.add(day);
    this.#lastDay = day;
    this.#last = this.days.getOrInsertComputed(day, () => new DayFigures());
    return this.#last;
  }

  #cohort(week: Day): CohortFigures {
    this.#dirtyWeeks.add(week);
    return this.cohorts.getOrInsertComputed(week, () => ({ newUsers: 0, active: [] }));
  }
}
