/**
 * Digests of sets of (viewer, post): the sum of a hash of each, in two lanes of 32 bits. A sum, so that
 * digests of parts add up to that of the whole whatever their order, and what is there twice does not vanish,
 * as it would by exclusive or. 64 bits: sets that differ by chance have the same digest once in 2^64.
 * It is no defence against who chooses ids to deceive it.
 */
export interface Digest {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** A digest that grows. */
export class DigestSum implements Digest {
  low = 0;
  high = 0;
  count = 0;

  /** One pair of ids, in 32-bit halves. */
  add(viewerLow: number, viewerHigh: number, postLow: number, postHigh: number): void {
    let mixed = mix(0x9e37_79b9, viewerLow);
    mixed = mix(mixed, viewerHigh);
    mixed = mix(mixed, postLow);
    mixed = mix(mixed, postHigh);
    this.low = (this.low + finish(mixed)) >>> 0;
    this.high = (this.high + finish(mix(mixed ^ postLow, viewerLow ^ 0x85eb_ca6b))) >>> 0;
    this.count++;
  }

  addDigest({ low, high, count }: Digest): void {
    this.low = (this.low + low) >>> 0;
    this.high = (this.high + high) >>> 0;
    this.count += count;
  }

  /** What was added since the last time. */
  take(): Digest {
    const { low, high, count } = this;
    this.low = this.high = this.count = 0;
    return { low, high, count };
  }
}

export function isSameDigest(a: Digest, b: Digest): boolean {
  return a.low === b.low && a.high === b.high && a.count === b.count;
}

/** MurmurHash3 (Appleby), one block of four bytes, and its finalizer. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e_2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b87_3593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0;
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
