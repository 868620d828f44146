/** Counters, and the sums and counts of histograms; buckets are left out. */
const COUNTER = /^(\w+_(?:total|count|sum))(?:\{(.*)\})? (\S+)$/gm;
/** The same for every series of a process. */
const SERVICE_LABEL = /,?service="[^"]*"/;

/** The counters of a metrics page, by name and labels, as `tidings_fanout_entries_total{result="appended"}`. */
function countersIn(page: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  for (const [, name = "", labels = "", value] of page.matchAll(COUNTER)) {
    const own = labels.replace(SERVICE_LABEL, "").replace(/^,/, "");
    counters.set(own === "" ? name : `${name}{${own}}`, Number(value));
  }
  return counters;
}

interface Seen {
  readonly pid: number | undefined;
  readonly counters: ReadonlyMap<string, number>;
}

/**
 * What processes counted since the first look, summed over them. A process that was restarted counts from
 * 0; what it had counted between the last look and its end is lost.
 */
export class WorkCounts {
  readonly #sums = new Map<string, number>();
  readonly #seen = new Map<string, Seen>();
  readonly #firstPids: ReadonlyMap<string, number>;

  /** `pids` by label, as they are when counting begins. */
  constructor(pids: ReadonlyMap<string, number>) {
    this.#firstPids = pids;
  }

  /** The sums until now. */
  get sums(): ReadonlyMap<string, number> {
    return this.#sums;
  }

  /** `pid` undefined: not known, then a count that fell shows that it was restarted. */
  look(label: string, pid: number | undefined, page: string): void {
    const before = this.#before(label, pid);
    const counters = countersIn(page);
    this.#seen.set(label, { pid, counters });
    if (before === undefined) return;
    for (const [name, value] of counters) {
      const base = before.get(name) ?? 0;
      const more = value >= base ? value - base : value;
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + more);
    }
  }

  /** What this process had counted at the last look; nothing when it is new since; undefined at the first. */
  #before(label: string, pid: number | undefined): ReadonlyMap<string, number> | undefined {
    const seen = this.#seen.get(label);
    const pidBefore = seen ? seen.pid : this.#firstPids.get(label);
    return pidBefore === pid ? seen?.counters : new Map();
  }
}
