/** Buckets an octave: quantiles over time are for the eye, and within 3%. */
const PER_OCTAVE = 32;
const OCTAVES = 32;
const BUCKETS = PER_OCTAVE * OCTAVES;
/** Longer runs have wider points: at most so many are kept. */
const MAX_POINTS = 600;

export interface Point {
  readonly atSeconds: number;
  readonly perSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
}

/** What was answered in a stretch of the run. */
export interface Answers {
  readonly perSecond: number;
  readonly p99Micros: number;
}

/** Response times over the time of the run: a small histogram a point, so that generators add up exactly. */
export class Series {
  readonly #points: (Uint32Array | undefined)[] = [];
  #pointSeconds = 1;

  get pointSeconds(): number {
    return this.#pointSeconds;
  }

  add(atMicros: number, responseMicros: number): void {
    while (atMicros / 1e6 >= MAX_POINTS * this.#pointSeconds) this.#widen();
    const at = Math.floor(atMicros / 1e6 / this.#pointSeconds);
    this.#points[at] ??= new Uint32Array(BUCKETS);
    this.#points[at][bucketOf(responseMicros)]++;
  }

  /** Adds another generator's series of the same run. */
  merge(other: Series): void {
    while (this.#pointSeconds < other.#pointSeconds) this.#widen();
    const ratio = this.#pointSeconds / other.#pointSeconds;
    other.#points.forEach((counts, i) => {
      if (counts) this.#addTo(Math.floor(i / ratio), counts);
    });
  }

  points(): readonly Point[] {
    return this.#points.flatMap((counts, i) =>
      counts ? [pointOf(counts, i * this.#pointSeconds, this.#pointSeconds)] : [],
    );
  }

  /** Of what came in less than the timeout, from one second to another: whole points only. */
  answersWithin(timeoutMicros: number, fromSecond: number, toSecond: number): Answers {
    const from = Math.ceil(fromSecond / this.#pointSeconds);
    const to = Math.floor(toSecond / this.#pointSeconds);
    const counts = new Uint32Array(BUCKETS);
    for (let point = from; point < to; point++) {
      const there = this.#points[point];
      for (let i = 0; there && i < bucketOf(timeoutMicros); i++) counts[i] += there[i];
    }
    const { perSecond, p99Micros } = pointOf(counts, 0, (to - from) * this.#pointSeconds);
    return { perSecond, p99Micros };
  }

  /** As plain numbers: [point, bucket, count] of what is not 0. */
  toJSON(): { pointSeconds: number; counts: number[][] } {
    const counts = this.#points.flatMap((buckets, point) =>
      buckets
        ? Array.from(buckets.entries(), ([bucket, n]) => [point, bucket, n]).filter((c) => c[2] > 0)
        : [],
    );
    return { pointSeconds: this.#pointSeconds, counts };
  }

  static from({ pointSeconds, counts }: { pointSeconds: number; counts: number[][] }): Series {
    const series = new Series();
    series.#pointSeconds = pointSeconds;
    for (const [point, bucket, n] of counts as [number, number, number][]) {
      series.#points[point] ??= new Uint32Array(BUCKETS);
      series.#points[point][bucket] = n;
    }
    return series;
  }

  #widen(): void {
    const old = this.#points.splice(0);
    this.#pointSeconds *= 2;
    old.forEach((counts, i) => {
      if (counts) this.#addTo(i >> 1, counts);
    });
  }

  #addTo(point: number, counts: Uint32Array): void {
    this.#points[point] ??= new Uint32Array(BUCKETS);
    const into = this.#points[point];
    for (let i = 0; i < BUCKETS; i++) into[i] += counts[i];
  }
}

function bucketOf(micros: number): number {
  const whole = Math.max(1, Math.min(Math.round(micros), 2 ** 31));
  const octave = 31 - Math.clz32(whole);
  const within = Math.floor(((whole - 2 ** octave) * PER_OCTAVE) / 2 ** octave);
  return octave * PER_OCTAVE + within;
}

function upperEnd(bucket: number): number {
  const octave = Math.floor(bucket / PER_OCTAVE);
  return 2 ** octave * (1 + ((bucket % PER_OCTAVE) + 1) / PER_OCTAVE);
}

function pointOf(counts: Uint32Array, atSeconds: number, seconds: number): Point {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const within = (q: number) => {
    let seen = 0;
    const bucket = counts.findIndex((n) => {
      seen += n;
      return seen >= q * total && seen > 0;
    });
    return upperEnd(bucket);
  };
  return {
    atSeconds,
    perSecond: total / seconds,
    p50Micros: within(0.5),
    p99Micros: within(0.99),
    maxMicros: within(1),
  };
}
