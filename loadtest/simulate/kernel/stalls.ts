import { keyOf, unit } from "../../../population/hash.ts";
import { type Distribution, valueAbove } from "./distribution.ts";

/** What interrupts a server now and then: a garbage collection, a slow sync, a compaction. */
export interface StallSpec {
  /** Once in each such period, at a random moment of it. */
  readonly everySeconds: number;
  /** us; at most half of the period. */
  readonly micros: Distribution;
  /** Work takes so many times as long meanwhile; Infinity (null in JSON): it stands still. */
  readonly slowdown: number | null;
}

const MICROS = 1e6;

/**
 * When servers stall. It depends on seed, server and time alone, not on what was asked before: so
 * several that share a machine see the same stalls (correlated), and may ask in any order of their
 * times.
 */
export class Stalls {
  readonly #seed: number;
  readonly #specs: readonly StallSpec[];
  readonly #servers: number;
  /** By spec and server: the period looked at last, and the stall in it. */
  readonly #periods: Float64Array;
  readonly #from: Float64Array;
  readonly #until: Float64Array;
  /** By server: a time without stalls, which is where most work falls. */
  readonly #quietFrom: Float64Array;
  readonly #quietUntil: Float64Array;

  constructor(specs: readonly StallSpec[], servers: number, seed: number) {
    const entries = specs.length * servers;
    this.#seed = seed;
    this.#specs = specs;
    this.#servers = servers;
    this.#periods = new Float64Array(entries).fill(-1);
    this.#from = new Float64Array(entries);
    this.#until = new Float64Array(entries);
    this.#quietFrom = new Float64Array(servers);
    this.#quietUntil = new Float64Array(servers);
  }

  /** When work that begins at `start` and takes `work` us undisturbed ends. */
  end(server: number, start: number, work: number): number {
    const end = start + work;
    if (start >= this.#quietFrom[server] && end <= this.#quietUntil[server]) return end;
    return this.#endAmongStalls(server, start, end);
  }

  #endAmongStalls(server: number, start: number, undisturbed: number): number {
    let end = undisturbed;
    for (let spec = 0; spec < this.#specs.length; spec++) {
      end = this.#endUnder(spec, server, start, end);
    }
    this.#findQuiet(server, end);
    return end;
  }

  #endUnder(spec: number, server: number, start: number, undisturbed: number): number {
    const { everySeconds, slowdown } = this.#specs[spec];
    const length = everySeconds * MICROS;
    let end = undisturbed;
    for (let period = Math.floor(start / length); period * length < end; period++) {
      const at = this.#look(spec, server, period);
      const from = Math.max(start, this.#from[at]);
      const room = this.#until[at] - from;
      if (room <= 0 || end <= from) continue;
      const done = slowdown === null ? 0 : room / slowdown;
      const left = end - from;
      end = left <= done ? from + left * (slowdown ?? 1) : from + room + (left - done);
    }
    return end;
  }

  /** From `from` to the next stall or, where that is not looked up yet, the end of the period. */
  #findQuiet(server: number, from: number): void {
    let until = Number.POSITIVE_INFINITY;
    for (let spec = 0; spec < this.#specs.length; spec++) {
      const length = this.#specs[spec].everySeconds * MICROS;
      const period = Math.floor(from / length);
      const at = this.#look(spec, server, period);
      const isOver = from >= this.#until[at];
      until = Math.min(until, isOver ? (period + 1) * length : this.#from[at]);
    }
    this.#quietFrom[server] = from;
    this.#quietUntil[server] = until;
  }

  /** Finds the stall of a period, and where it is kept. */
  #look(spec: number, server: number, period: number): number {
    const at = spec * this.#servers + server;
    if (this.#periods[at] === period) return at;
    const { everySeconds, micros } = this.#specs[spec];
    const length = everySeconds * MICROS;
    const key = keyOf(keyOf(keyOf(this.#seed, spec), server), period);
    const stall = Math.min(valueAbove(micros, 1 - unit(keyOf(key, 1))), length / 2);
    this.#periods[at] = period;
    this.#from[at] = period * length + unit(keyOf(key, 2)) * (length - stall);
    this.#until[at] = this.#from[at] + stall;
    return at;
  }
}
