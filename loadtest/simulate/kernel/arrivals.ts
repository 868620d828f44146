import { Random } from "./random.ts";
import { Sampler } from "./sampler.ts";

const EXPONENTIAL = { kind: "exponential", mean: 1 } as const;

export interface ArrivalRates {
  /** Arrivals a us, by slot of the day; the same every day. */
  readonly perMicro: Float64Array;
  readonly slotMicros: number;
}

/** From when to when something arrives. */
export interface Span {
  readonly fromMicros: number;
  readonly untilMicros: number;
}

/**
 * A Poisson stream whose rate steps from slot to slot, exact: exponential gaps of rate 1 are
 * stretched by the rate they pass through. A second stream of the same seed is the same stream.
 */
export class Arrivals {
  /** When the next one comes, us; Infinity from the end on. */
  next: number;
  /** How many have been passed. */
  count = 0;
  readonly #rates: ArrivalRates;
  readonly #gaps: Sampler;
  readonly #end: number;
  #slotEnd: number;
  #rate: number;

  constructor(
    rates: ArrivalRates,
    { fromMicros, untilMicros }: Span,
    seed: number,
    stream: number,
  ) {
    this.#rates = rates;
    this.#gaps = new Sampler(EXPONENTIAL, new Random(seed, stream));
    this.#end = untilMicros;
    this.next = fromMicros;
    const slot = Math.floor(fromMicros / rates.slotMicros);
    this.#slotEnd = (slot + 1) * rates.slotMicros;
    this.#rate = this.#rateOf(slot);
    this.#draw();
  }

  /** Passes the one at `next`. */
  advance(): void {
    this.count++;
    this.#draw();
  }

  /** Passes all up to `micros`, and says how many were passed since the start. */
  countUpTo(micros: number): number {
    while (this.next <= micros) this.advance();
    return this.count;
  }

  #draw(): void {
    let gap = this.#gaps.draw();
    let at = this.next;
    while (gap > this.#rate * (this.#slotEnd - at)) {
      gap -= this.#rate * (this.#slotEnd - at);
      at = this.#slotEnd;
      if (at >= this.#end) break;
      this.#rate = this.#rateOf(Math.round(at / this.#rates.slotMicros));
      this.#slotEnd += this.#rates.slotMicros;
    }
    const next = at + gap / this.#rate;
    this.next = next < this.#end ? next : Number.POSITIVE_INFINITY;
  }

  #rateOf(slot: number): number {
    const { perMicro } = this.#rates;
    return perMicro[((slot % perMicro.length) + perMicro.length) % perMicro.length];
  }
}
