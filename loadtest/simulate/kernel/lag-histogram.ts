import { type Histogram, newHistogram } from "../../measure/histogram.ts";

/** Buckets an octave: each is within 0.4% of its middle. */
const OCTAVE_BITS = 7;
/** From 1 us to 2^39 us, six days. */
const OCTAVES = 39;
const BUCKETS = OCTAVES << OCTAVE_BITS;
/**
 * Of a double's upper 32 bits, these are left: the exponent and the first bits of the fraction.
 */
const SHIFT = 20 - OCTAVE_BITS;
const ONE_MICRO = 1023 << OCTAVE_BITS;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * Weighted times, in buckets found by a shift: some ns a record, where hundreds of millions are
 * made.
 */
export class LagHistogram {
  /** us, exact. */
  max = 0;
  total = 0;
  readonly #weights = new Float64Array(BUCKETS);

  record(micros: number, weight: number): void {
    double[0] = micros > 1 ? micros : 1;
    // Little-endian, as every machine that Node runs on.
    const bucket = (words[1] >>> SHIFT) - ONE_MICRO;
    this.#weights[bucket < BUCKETS ? bucket : BUCKETS - 1] += weight;
    this.total += weight;
    if (micros > this.max) this.max = micros;
  }

  add(other: LagHistogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#weights[bucket] += other.#weights[bucket];
    }
    this.total += other.total;
    this.max = Math.max(this.max, other.max);
  }

  /**
   * The time within which a share `q` came: the middle of its bucket; undefined when there are
   * none.
   */
  quantile(q: number): number | undefined {
    if (this.total === 0) return undefined;
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      sum += this.#weights[bucket];
      if (sum >= q * this.total && sum > 0) return Math.min(middleOf(bucket), this.max);
    }
    return this.max;
  }

  /** The toolkit's own kind, whose times end at an hour. */
  toHistogram(): Histogram {
    const histogram = newHistogram();
    this.#weights.forEach((weight, bucket) => {
      const count = Math.round(weight);
      const micros = Math.min(Math.round(middleOf(bucket)), histogram.highestTrackableValue);
      if (count > 0) histogram.recordValueWithCount(micros, count);
    });
    return histogram;
  }
}

function middleOf(bucket: number): number {
  const within = bucket & ((1 << OCTAVE_BITS) - 1);
  return 2 ** (bucket >> OCTAVE_BITS) * (1 + (within + 0.5) / (1 << OCTAVE_BITS));
}
