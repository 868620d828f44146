const FIRST_CAPACITY = 256;

/**
 * Messages in order, in columns: when their post was acknowledged, to how many friends, and flags.
 */
export class MessageRing {
  size = 0;
  /** The message taken last. */
  at = 0;
  friends = 0;
  flags = 0;
  #head = 0;
  #ats = new Float64Array(FIRST_CAPACITY);
  #friends = new Int32Array(FIRST_CAPACITY);
  #flags = new Uint8Array(FIRST_CAPACITY);

  /** Grows as needed: who pushes bounds it. */
  push(at: number, friends: number, flags: number): void {
    if (this.size === this.#ats.length) this.#grow();
    const place = (this.#head + this.size++) & (this.#ats.length - 1);
    this.#ats[place] = at;
    this.#friends[place] = friends;
    this.#flags[place] = flags;
  }

  /** Takes the first into the fields. There must be one. */
  shift(): void {
    const place = this.#head;
    this.at = this.#ats[place];
    this.friends = this.#friends[place];
    this.flags = this.#flags[place];
    this.#head = (place + 1) & (this.#ats.length - 1);
    this.size--;
  }

  /** The first `count` to the end of another. */
  moveTo(other: MessageRing, count: number): void {
    for (let i = 0; i < count; i++) {
      this.shift();
      other.push(this.at, this.friends, this.flags);
    }
  }

  #grow(): void {
    const [ats, friends, flags, head] = [this.#ats, this.#friends, this.#flags, this.#head];
    const capacity = 2 * ats.length;
    this.#ats = new Float64Array(capacity);
    this.#friends = new Int32Array(capacity);
    this.#flags = new Uint8Array(capacity);
    for (const [from, to] of [
      [ats, this.#ats],
      [friends, this.#friends],
      [flags, this.#flags],
    ] as const) {
      to.set(from.subarray(head));
      to.set(from.subarray(0, head), ats.length - head);
    }
    this.#head = 0;
  }
}
