import type { TraceRecord } from "./trace-record.ts";

const MAX_RECORDS = 5_000_000;

/** The calls of a trace while it is read. A log holds lines that are no calls, too: they are counted, and said. */
export class Reading {
  readonly records: TraceRecord[] = [];
  readonly #what: string;
  #skipped = 0;
  #first: string | undefined;
  #elsewhere = 0;
  #firstElsewhere = "";

  /** As "lines". */
  constructor(what: string) {
    this.#what = what;
  }

  /** What stands there, as "line 5", if it is a call. Throws a RangeError when there are too many. */
  add(where: string, read: () => TraceRecord): void {
    try {
      this.records.push(read());
    } catch (error) {
      this.#skipped++;
      this.#first ??= `${where}: ${(error as Error).message}`;
    }
    if (this.records.length > MAX_RECORDS) {
      throw new RangeError(`it has over ${MAX_RECORDS} calls: cut it`);
    }
  }

  /** A call of another host, which is not replayed. */
  elsewhere(host: string): void {
    if (this.#elsewhere++ === 0) this.#firstElsewhere = host;
  }

  /** What was left out, in sentences. Throws a RangeError when more than half is no calls: it is no trace. */
  leftOut(): readonly string[] {
    const all = this.records.length + this.#skipped;
    const count = `${this.#skipped} of its ${all} ${this.#what}`;
    if (this.#skipped > this.records.length) {
      throw new RangeError(`${this.#first}. ${count} are no calls: it is taken for no trace`);
    }
    const elsewhere = `${this.#elsewhere} of its ${all + this.#elsewhere} ${this.#what}`;
    return [
      ...(this.#skipped > 0
        ? [`${count} are no calls, and were left out; the first is ${this.#first}.`]
        : []),
      ...(this.#elsewhere > 0
        ? [
            `${elsewhere} went to other hosts than the first, and were left out; the first of them to ${this.#firstElsewhere}.`,
          ]
        : []),
    ];
  }
}
