import { highHalf, joinHalves, lowHalf } from "../halves.ts";
import { KeyArena } from "./key-arena.ts";
import type { Line, Order } from "./order.ts";
import { Rows } from "./rows.ts";
import { SlotIndex } from "./slot-index.ts";
import { type OrderState, REFUSED } from "./states.ts";

/** Columns of the table's numbers. */
const BUYER_LOW = 0;
const BUYER_HIGH = 1;
const KEY_AT = 2;
const FIRST_LINE = 3;
/** The slot of the same buyer's order before, + 1. */
const EARLIER = 4;
const CREATED = 0;
const EXPIRES = 1;
const LINES = 0;
const KEY_LENGTH = 1;

/** The buyer of orders whose buyer is erased. */
export const NOBODY = 0n;

/** What is known of an order when it is made. Its state changes; buyer and key may be taken out. */
export interface NewOrder {
  readonly buyerId: bigint;
  readonly key: string;
  readonly lines: readonly Line[];
  readonly createTimeMs: number;
  readonly expireTimeMs: number;
}

/** The orders of a shard by slot, about 100 bytes each, with an index by (buyer, key) and by buyer. */
export class OrderTable {
  readonly #halves = new Rows(5, (length) => new Uint32Array(length));
  readonly #times = new Rows(2, (length) => new Float64Array(length));
  readonly #bytes = new Rows(2, (length) => new Uint8Array(length));
  readonly #states = new Rows(1, (length) => new Uint8Array(length));
  readonly #lines = new Rows(3, (length) => new Float64Array(length));
  readonly #keys = new KeyArena();
  readonly #byKey = new SlotIndex();
  readonly #byBuyer = new SlotIndex();
  #count = 0;
  #lineCount = 0;

  /** Slots in use: orders, and those that were refused by another shard. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    const rows = [this.#halves, this.#times, this.#bytes, this.#states, this.#lines];
    return [...rows, this.#keys, this.#byKey, this.#byBuyer].reduce(
      (sum, { bytes }) => sum + bytes,
      0,
    );
  }

  has(slot: number): boolean {
    return slot >= 0 && slot < this.#count;
  }

  add(order: NewOrder, state: OrderState): number {
    const slot = this.#count++;
    const { buyerId, key, lines } = order;
    const low = lowHalf(buyerId);
    const high = highHalf(buyerId);
    const keyHash = hashOfKey(low, high, key);
    const buyerHash = mix(low, high);
    const isNobodys = buyerId === NOBODY;
    const newest = isNobodys ? -1 : this.#newestOf(low, high, buyerHash);
    this.#halves.reach(slot);
    this.#times.reach(slot);
    this.#bytes.reach(slot);
    this.#states.reach(slot);
    this.#halves.set(slot, BUYER_LOW, low);
    this.#halves.set(slot, BUYER_HIGH, high);
    this.#halves.set(slot, KEY_AT, this.#keys.add(key));
    this.#halves.set(slot, FIRST_LINE, this.#addLines(lines));
    this.#halves.set(slot, EARLIER, newest + 1);
    this.#times.set(slot, CREATED, order.createTimeMs);
    this.#times.set(slot, EXPIRES, order.expireTimeMs);
    this.#states.set(slot, 0, state);
    this.#bytes.set(slot, LINES, lines.length);
    this.#bytes.set(slot, KEY_LENGTH, key.length);
    if (isNobodys) return slot;
    this.#byKey.add(keyHash, slot);
    if (newest < 0) this.#byBuyer.add(buyerHash, slot);
    else this.#byBuyer.replace(buyerHash, newest, slot);
    return slot;
  }

  state(slot: number): OrderState {
    return this.#states.get(slot, 0) as OrderState;
  }

  setState(slot: number, state: OrderState): void {
    this.#states.set(slot, 0, state);
  }

  /** Takes buyer and key out. The entry of the key stays in its index, and fits nobody. */
  anonymise(slot: number): void {
    const low = this.#halves.get(slot, BUYER_LOW);
    const high = this.#halves.get(slot, BUYER_HIGH);
    const buyerId = joinHalves(low, high);
    if (buyerId === NOBODY) return;
    const hash = mix(low, high);
    if (this.#newestOf(low, high, hash) === slot) {
      // The buyer's others are found through the newest: the next one is that now.
      for (const next of this.slotsOf(buyerId, slot)) {
        this.#byBuyer.replace(hash, slot, next);
        break;
      }
    }
    this.#halves.set(slot, BUYER_LOW, 0);
    this.#halves.set(slot, BUYER_HIGH, 0);
    this.#bytes.set(slot, KEY_LENGTH, 0);
  }

  /** The states of all orders, as they are now. */
  copyStates(): Uint8Array {
    return this.#states.copy(this.#count);
  }

  expireTimeMs(slot: number): number {
    return this.#times.get(slot, EXPIRES);
  }

  createTimeMs(slot: number): number {
    return this.#times.get(slot, CREATED);
  }

  isOf(slot: number, buyerId: bigint): boolean {
    return (
      this.#halves.get(slot, BUYER_LOW) === lowHalf(buyerId) &&
      this.#halves.get(slot, BUYER_HIGH) === highHalf(buyerId)
    );
  }

  lineCount(slot: number): number {
    return this.#bytes.get(slot, LINES);
  }

  /** The line at this index of an order. */
  line(slot: number, index: number): Line {
    const row = this.#halves.get(slot, FIRST_LINE) + index;
    return {
      bookId: this.#lines.get(row, 0),
      copies: this.#lines.get(row, 1),
      priceCents: this.#lines.get(row, 2),
    };
  }

  lines(slot: number): readonly Line[] {
    return Array.from({ length: this.lineCount(slot) }, (_, i) => this.line(slot, i));
  }

  /** What an order comes to, cents. */
  totalCents(slot: number): number {
    const first = this.#halves.get(slot, FIRST_LINE);
    let total = 0;
    for (let row = first; row < first + this.lineCount(slot); row++) {
      total += this.#lines.get(row, 1) * this.#lines.get(row, 2);
    }
    return total;
  }

  /** The order that the buyer's key stands for; -1: none. */
  findKey(buyerId: bigint, key: string): number {
    const low = lowHalf(buyerId);
    const high = highHalf(buyerId);
    return this.#byKey.find(
      hashOfKey(low, high, key),
      (slot) =>
        this.#halves.get(slot, BUYER_LOW) === low &&
        this.#halves.get(slot, BUYER_HIGH) === high &&
        this.state(slot) !== REFUSED &&
        this.#keys.equals(this.#halves.get(slot, KEY_AT), this.#bytes.get(slot, KEY_LENGTH), key),
    );
  }

  /** The slots of a buyer, newest first, from the newest or from behind `before`, which is theirs. */
  *slotsOf(buyerId: bigint, before?: number): Iterable<number> {
    const low = lowHalf(buyerId);
    const high = highHalf(buyerId);
    let slot = before === undefined ? this.#newestOf(low, high, mix(low, high)) : before;
    if (before !== undefined) slot = this.#halves.get(slot, EARLIER) - 1;
    for (; slot >= 0; slot = this.#halves.get(slot, EARLIER) - 1) {
      if (this.isOf(slot, buyerId)) yield slot;
    }
  }

  /** The order at a slot, under the id it has. */
  order(slot: number, orderId: number): Order {
    const keyAt = this.#halves.get(slot, KEY_AT);
    const low = this.#halves.get(slot, BUYER_LOW);
    return {
      orderId,
      buyerId: joinHalves(low, this.#halves.get(slot, BUYER_HIGH)),
      key: this.#keys.text(keyAt, this.#bytes.get(slot, KEY_LENGTH)),
      lines: this.lines(slot),
      state: this.state(slot),
      createTimeMs: this.createTimeMs(slot),
      expireTimeMs: this.expireTimeMs(slot),
    };
  }

  #newestOf(low: number, high: number, hash: number): number {
    return this.#byBuyer.find(
      hash,
      (slot) =>
        this.#halves.get(slot, BUYER_LOW) === low && this.#halves.get(slot, BUYER_HIGH) === high,
    );
  }

  #addLines(lines: readonly Line[]): number {
    const first = this.#lineCount;
    for (const { bookId, copies, priceCents } of lines) {
      const row = this.#lineCount++;
      this.#lines.reach(row);
      this.#lines.set(row, 0, bookId);
      this.#lines.set(row, 1, copies);
      this.#lines.set(row, 2, priceCents);
    }
    return first;
  }
}

function hashOfKey(low: number, high: number, key: string): number {
  let hash = mix(low, high);
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return mix(hash, 0);
}

/** Two 32-bit halves to one well-mixed unsigned 32-bit number (the finalizer of MurmurHash3). */
function mix(low: number, high: number): number {
  let h = low ^ Math.imul(high, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
