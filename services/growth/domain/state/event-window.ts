import { type EventKey, KEY_WORDS } from "./event-key.ts";

/** An event's key and what came of it. */
export const EVENT_WORDS = KEY_WORDS + 1;

/** Event keys in the order in which they came, up to a bound, and a table that finds them. */
class Generation {
  readonly words: Uint32Array;
  readonly #table: Uint32Array;
  count = 0;

  constructor(maxEvents: number) {
    this.words = new Uint32Array(maxEvents * EVENT_WORDS);
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2(maxEvents * 1.5)));
  }

  get isFull(): boolean {
    return this.count * EVENT_WORDS === this.words.length;
  }

  /** What came of the event; -1 when it is not here. */
  find(key: EventKey): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = key[0] & mask; table[at] !== 0; at = (at + 1) & mask) {
      const event = (table[at] - 1) * EVENT_WORDS;
      if (this.#isAt(event, key)) return this.words[event + KEY_WORDS];
    }
    return -1;
  }

  add(key: EventKey, outcome: number): void {
    const event = this.count++ * EVENT_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) this.words[event + i] = key[i];
    this.words[event + KEY_WORDS] = outcome;
    const mask = this.#table.length - 1;
    let at = key[0] & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = this.count;
  }

  #isAt(event: number, key: EventKey): boolean {
    for (let i = 0; i < KEY_WORDS; i++) if (this.words[event + i] !== key[i]) return false;
    return true;
  }
}

/**
 * The last event keys, at least `maxEvents` of them and at most twice as many: when the younger
 * generation is full, it becomes the older one, and that one is forgotten.
 */
export class EventWindow {
  readonly maxEvents: number;
  #young: Generation;
  #old: Generation | undefined;
  /** Events that came before the younger generation's first. */
  #before = 0;

  constructor(maxEvents: number) {
    this.maxEvents = maxEvents;
    this.#young = new Generation(maxEvents);
  }

  /** Events ever added. */
  get count(): number {
    return this.#before + this.#young.count;
  }

  /** The number of the oldest event that is remembered. */
  get start(): number {
    return this.#before - (this.#old?.count ?? 0);
  }

  /** What came of the event (`event-outcome.ts`); -1 when it is not remembered. */
  find(key: EventKey): number {
    const outcome = this.#young.find(key);
    return outcome >= 0 || this.#old === undefined ? outcome : this.#old.find(key);
  }

  /** One that `find` does not know. */
  add(key: EventKey, outcome: number): void {
    if (this.#young.isFull) {
      this.#before += this.#young.count;
      this.#old = this.#young;
      this.#young = new Generation(this.maxEvents);
    }
    this.#young.add(key, outcome);
  }

  /** The words of events [from, to), which are remembered: a copy. */
  slice(from: number, to: number): Uint32Array {
    const words = new Uint32Array((to - from) * EVENT_WORDS);
    const inOld = Math.max(0, Math.min(to, this.#before) - from);
    if (this.#old !== undefined && inOld > 0) {
      const first = (from - this.start) * EVENT_WORDS;
      words.set(this.#old.words.subarray(first, first + inOld * EVENT_WORDS));
    }
    const first = (Math.max(from, this.#before) - this.#before) * EVENT_WORDS;
    const end = (to - this.#before) * EVENT_WORDS;
    if (end > first) words.set(this.#young.words.subarray(first, end), inOld * EVENT_WORDS);
    return words;
  }

  /** Begins at this number of events, before any was added. */
  skipTo(start: number): void {
    if (this.count !== 0) throw new Error("only an empty window begins elsewhere");
    this.#before = start;
  }
}
