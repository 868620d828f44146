/** A bucket of levels is about 1% wide. */
const BUCKETS_AN_OCTAVE = 64;
/** So many different levels of one bucket are told apart; of more it is as if all were at its upper end. */
const EXACT_LEVELS = 64;

/** Who is full at about the same level. */
interface Bucket {
  readonly key: number;
  room: number;
  weight: number;
  count: number;
  /** Weights by the exact level at which they are full. */
  readonly weights: Map<number, number>;
}

/**
 * Weighted max-min fairness by progressive filling: all vessels fill at the rates of their weights until
 * what there is has been given; the level then says what each has, `min(room, level x weight)`. Vessels come
 * and go one at a time at the cost of a look at a few hundred buckets, however many there are.
 *
 * Exact where no bucket holds more than 64 different levels; else less than 1% of what there is may be left.
 */
export class WaterLevel {
  /** By their levels, ascending. */
  readonly #buckets: Bucket[] = [];
  readonly #byKey = new Map<number, Bucket>();
  #weight = 0;
  /** What all could take. */
  room = 0;

  add(room: number, weight: number): void {
    if (room > 0) this.#change(room, weight, 1);
  }

  /** As it was added. */
  remove(room: number, weight: number): void {
    if (room > 0) this.#change(room, weight, -1);
  }

  /** The level when `left` was given; Infinity: everybody is full. */
  at(left: number): number {
    if (left >= this.room) return Infinity;
    let rest = left;
    let weights = this.#weight;
    for (const bucket of this.#buckets) {
      const above = weights - bucket.weight;
      const areAllFull = rest - bucket.room >= levelOf(bucket.key + 1) * above;
      const level = areAllFull ? undefined : levelWithin(bucket, rest, above);
      if (level !== undefined) return level;
      rest -= bucket.room;
      weights = above;
    }
    return Infinity;
  }

  #change(room: number, weight: number, sign: 1 | -1): void {
    const level = room / weight;
    const bucket = this.#bucketOf(Math.floor(Math.log2(level) * BUCKETS_AN_OCTAVE));
    this.room += sign * room;
    this.#weight += sign * weight;
    bucket.room += sign * room;
    bucket.weight += sign * weight;
    bucket.count += sign;
    const left = (bucket.weights.get(level) ?? 0) + sign * weight;
    if (left > 0) bucket.weights.set(level, left);
    else bucket.weights.delete(level);
    if (bucket.count > 0) return;
    this.#byKey.delete(bucket.key);
    this.#buckets.splice(this.#placeOf(bucket.key), 1);
  }

  #bucketOf(key: number): Bucket {
    const known = this.#byKey.get(key);
    if (known) return known;
    const bucket = { key, room: 0, weight: 0, count: 0, weights: new Map() };
    this.#byKey.set(key, bucket);
    this.#buckets.splice(this.#placeOf(key), 0, bucket);
    return bucket;
  }

  /** Of the first bucket with this key or a higher one. */
  #placeOf(key: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#buckets[middle].key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function levelOf(key: number): number {
  return 2 ** (key / BUCKETS_AN_OCTAVE);
}

/** The level, if `rest` does not fill all of this bucket; `above` are the weights of those above it. */
function levelWithin(bucket: Bucket, rest: number, above: number): number | undefined {
  const { room, weight, weights } = bucket;
  if (weights.size > EXACT_LEVELS) {
    // Two lower bounds: as if none of them were full, and as if all were.
    if (above > 0) return Math.max(rest / (weight + above), (rest - room) / above);
    return rest < room ? rest / weight : undefined;
  }
  let left = rest;
  let open = weight + above;
  for (const [level, full] of [...weights].sort(([a], [b]) => a - b)) {
    if (left < level * open) return left / open;
    left -= level * full;
    open -= full;
  }
  return undefined;
}
