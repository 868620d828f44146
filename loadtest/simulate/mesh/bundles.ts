import { MAX_INDEX } from "../kernel/event-queue.ts";

/** Of a message: it was in hand before; its lag is recorded, or will be by who had it. */
export const REDELIVERED = 1;
export const RECORDED = 2;

/** What a bundle is made of. */
export const POSTS = 0;
export const CHUNK = 1;
export const CUT = 2;

/** Where a bundle is. With an event under way its place can't be used again before that comes. */
export const FREE = 0;
export const UNDER_WAY = 1;
export const IN_LANES = 2;

/** Whose a bundle is: the bus has lost it and goes on without its ack; or its worker is dead. */
export const HELD = 0;
export const UNACKED = 1;
export const DEAD = 2;

const FIRST_BUNDLES = 256;

/**
 * Messages that a worker has in hand and that go through its stages together: those of one call to
 * the friend service. In columns, by bundle; messages at `bundle * size` and on.
 */
export class Bundles {
  /** Messages in one at most. */
  readonly size: number;
  worker = new Int32Array(FIRST_BUNDLES);
  kind = new Uint8Array(FIRST_BUNDLES);
  state = new Uint8Array(FIRST_BUNDLES);
  hold = new Uint8Array(FIRST_BUNDLES);
  count = new Int32Array(FIRST_BUNDLES);
  /** Of all its messages. */
  friends = new Float64Array(FIRST_BUNDLES);
  /** Something of it has left a lane. */
  isClosed = new Uint8Array(FIRST_BUNDLES);
  /** Owners that have not answered for all of it, and when the last of the others did. */
  openParts = new Int32Array(FIRST_BUNDLES);
  doneAt = new Float64Array(FIRST_BUNDLES);
  messageAt: Float64Array;
  messageFriends: Int32Array;
  messageFlags: Uint8Array;
  /** The owner of the one viewer of each message whose lag is recorded. */
  messageOwner: Uint16Array;
  readonly #free: number[] = [];
  #used = 0;

  constructor(size: number) {
    this.size = size;
    this.messageAt = new Float64Array(FIRST_BUNDLES * size);
    this.messageFriends = new Int32Array(FIRST_BUNDLES * size);
    this.messageFlags = new Uint8Array(FIRST_BUNDLES * size);
    this.messageOwner = new Uint16Array(FIRST_BUNDLES * size);
  }

  /** Bundles that there is room for: indexes are below. */
  get capacity(): number {
    return this.worker.length;
  }

  take(worker: number, kind: number): number {
    const bundle = this.#free.pop() ?? this.#used++;
    if (bundle === this.capacity) this.#grow();
    this.worker[bundle] = worker;
    this.kind[bundle] = kind;
    this.state[bundle] = UNDER_WAY;
    this.hold[bundle] = HELD;
    this.count[bundle] = 0;
    this.friends[bundle] = 0;
    return bundle;
  }

  add(bundle: number, at: number, friends: number, flags: number): void {
    const place = bundle * this.size + this.count[bundle]++;
    this.messageAt[place] = at;
    this.messageFriends[place] = friends;
    this.messageFlags[place] = flags;
    this.friends[bundle] += friends;
  }

  /** Whether a bundle's messages have the same way before them as one whose parts all wait. */
  mayJoin(bundle: number, open: number): boolean {
    return (
      this.state[open] === IN_LANES &&
      this.isClosed[open] === 0 &&
      this.worker[open] === this.worker[bundle] &&
      this.kind[open] === this.kind[bundle] &&
      this.hold[open] === this.hold[bundle] &&
      this.count[open] + this.count[bundle] <= this.size
    );
  }

  /** Messages and all into another. */
  join(bundle: number, open: number): void {
    const first = bundle * this.size;
    for (let place = first; place < first + this.count[bundle]; place++) {
      this.messageOwner[open * this.size + this.count[open]] = this.messageOwner[place];
      this.add(open, this.messageAt[place], this.messageFriends[place], this.messageFlags[place]);
    }
  }

  /** Takes out message `i`; the last takes its place. */
  remove(bundle: number, i: number): void {
    const place = bundle * this.size + i;
    const last = bundle * this.size + --this.count[bundle];
    this.friends[bundle] -= this.messageFriends[place];
    this.messageAt[place] = this.messageAt[last];
    this.messageFriends[place] = this.messageFriends[last];
    this.messageFlags[place] = this.messageFlags[last];
  }

  free(bundle: number): void {
    this.state[bundle] = FREE;
    this.#free.push(bundle);
  }

  #grow(): void {
    const bundles = 2 * this.capacity;
    if (bundles > MAX_INDEX) throw new RangeError(`more than ${MAX_INDEX} bundles in hand`);
    const messages = bundles * this.size;
    this.worker = copied(this.worker, new Int32Array(bundles));
    this.kind = copied(this.kind, new Uint8Array(bundles));
    this.state = copied(this.state, new Uint8Array(bundles));
    this.hold = copied(this.hold, new Uint8Array(bundles));
    this.count = copied(this.count, new Int32Array(bundles));
    this.friends = copied(this.friends, new Float64Array(bundles));
    this.isClosed = copied(this.isClosed, new Uint8Array(bundles));
    this.openParts = copied(this.openParts, new Int32Array(bundles));
    this.doneAt = copied(this.doneAt, new Float64Array(bundles));
    this.messageAt = copied(this.messageAt, new Float64Array(messages));
    this.messageFriends = copied(this.messageFriends, new Int32Array(messages));
    this.messageFlags = copied(this.messageFlags, new Uint8Array(messages));
    this.messageOwner = copied(this.messageOwner, new Uint16Array(messages));
  }
}

/** What `from` has, at the begin of `to`. */
export function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
