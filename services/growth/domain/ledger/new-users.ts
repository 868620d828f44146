/** Users who come one behind the other, from `first` on. */
export class NewUsers {
  readonly ownRevenues: Float64Array;
  /** 0: nobody. */
  readonly referrers: Uint32Array;
  first = 1;
  count = 0;

  constructor(max: number) {
    this.ownRevenues = new Float64Array(max);
    this.referrers = new Uint32Array(max);
  }

  get bytes(): number {
    return this.ownRevenues.byteLength + this.referrers.byteLength;
  }

  get isFull(): boolean {
    return this.count === this.referrers.length;
  }

  add(ownRevenue: number, referrer: number): void {
    this.ownRevenues[this.count] = ownRevenue;
    this.referrers[this.count++] = referrer;
  }

  /** Whoever comes now is this one. */
  beginAt(first: number): void {
    this.first = first;
    this.count = 0;
  }
}
