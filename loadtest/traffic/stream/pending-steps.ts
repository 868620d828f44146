/** Seconds ahead of the present that a step may be. */
export const HORIZON_SECONDS = 2_048;
/** A step: microsecond, place in the session and kind in one word; person; session. */
export const WORDS = 3;
/** Bits of the first word below the microsecond: 8 of the place, 2 of the kind. */
export const WHEN_SHIFT = 10;
const CHUNK_STEPS = 32;
const CHUNK_WORDS = CHUNK_STEPS * WORDS;
const NONE = -1;

/**
 * Steps not yet due, by the second: a ring of buckets, each a chain of chunks from one pool. The pool
 * grows to what sessions in progress need, and no further: chunks come back when their second is read.
 */
export class PendingSteps {
  #words = new Int32Array(64 * CHUNK_WORDS);
  #next = new Int32Array(64).fill(NONE);
  #used = 0;
  #slotSecond = 0;
  #earliest = 0;
  #person = 0;
  #session = 0;
  #free = NONE;
  readonly #first = new Int32Array(HORIZON_SECONDS).fill(NONE);
  readonly #last = new Int32Array(HORIZON_SECONDS);
  readonly #counts = new Int32Array(HORIZON_SECONDS);

  /** Bytes held for steps: the most there ever was to hold. */
  get poolBytes(): number {
    return this.#words.byteLength + this.#next.byteLength;
  }

  /** The steps that follow count from this second; those before `earliest` are forgotten. */
  beginSlot(second: number, earliest: number): void {
    this.#slotSecond = second;
    this.#earliest = earliest - second;
  }

  /** The steps that follow are of this session. */
  beginSession(person: number, session: number): void {
    this.#person = person;
    this.#session = session;
  }

  /** Microseconds from the beginning of the slot; place in the session above two bits of kind. */
  add(us: number, placeAndKind: number): void {
    const inSlot = (us / 1e6) | 0;
    if (inSlot < this.#earliest) return;
    const when = ((us - Math.imul(inSlot, 1_000_000)) << WHEN_SHIFT) | placeAndKind;
    const bucket = (this.#slotSecond + inSlot) & (HORIZON_SECONDS - 1);
    const place = this.#counts[bucket]++ % CHUNK_STEPS;
    if (place === 0) this.#link(bucket);
    const at = this.#last[bucket] * CHUNK_WORDS + place * WORDS;
    this.#words[at] = when;
    this.#words[at + 1] = this.#person;
    this.#words[at + 2] = this.#session;
  }

  count(second: number): number {
    return this.#counts[second & (HORIZON_SECONDS - 1)];
  }

  /** Copies the steps of a second, in no order, and empties it. */
  take(second: number, into: Int32Array): void {
    const bucket = second & (HORIZON_SECONDS - 1);
    let left = this.#counts[bucket];
    let at = 0;
    for (let chunk = this.#first[bucket]; left > 0; ) {
      const from = chunk * CHUNK_WORDS;
      const words = Math.min(left, CHUNK_STEPS) * WORDS;
      into.set(this.#words.subarray(from, from + words), at);
      at += words;
      left -= CHUNK_STEPS;
      const following = this.#next[chunk];
      this.#next[chunk] = this.#free;
      this.#free = chunk;
      chunk = following;
    }
    this.#counts[bucket] = 0;
    this.#first[bucket] = NONE;
  }

  #link(bucket: number): void {
    const chunk = this.#takeChunk();
    this.#next[chunk] = NONE;
    if (this.#first[bucket] === NONE) this.#first[bucket] = chunk;
    else this.#next[this.#last[bucket]] = chunk;
    this.#last[bucket] = chunk;
  }

  #takeChunk(): number {
    if (this.#free !== NONE) {
      const chunk = this.#free;
      this.#free = this.#next[chunk];
      return chunk;
    }
    if (this.#used === this.#next.length) {
      this.#words = grown(this.#words);
      this.#next = grown(this.#next);
    }
    return this.#used++;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
