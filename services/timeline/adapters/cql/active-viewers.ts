import type { UserId } from "../../../model/ids.ts";
import { shardOfHalves } from "../../../model/shards.ts";
import { highHalf, joinHalves, lowHalf, userIdOfHalves } from "../../domain/halves.ts";
import { FLOOR_HIGH, FLOOR_LOW, FREE, Slots, STATE } from "../../domain/rings/slots.ts";
import { ViewerTable } from "../../domain/rings/viewer-table.ts";
import type { IdleViewers } from "../../ports.ts";
import type { Activity } from "./activity-rows.ts";

/** Words of a slot that rings use otherwise. */
const EPOCH_LOW = 5;
const EPOCH_HIGH = 6;
const VERSION_LOW = 7;
const VERSION_HIGH = 8;
const INCARNATION = 9;
const READ_DAY = 10;

/** Everyone active in the shards of this process, resident or not: typed arrays, 80 bytes a viewer. */
export class ActiveViewers {
  readonly #slots = new Slots();
  readonly #table = new ViewerTable(this.#slots);
  #incarnations = 0;

  get size(): number {
    return this.#table.size;
  }

  get bytes(): number {
    return this.#slots.bytes + this.#table.bytes;
  }

  /** The slot of an active viewer, else -1. Slots are good until the next await. */
  find(low: number, high: number): number {
    return this.#table.find(low, high);
  }

  /** Takes in what has just become durable. */
  set(activity: Activity): void {
    const low = lowHalf(activity.viewer);
    const high = highHalf(activity.viewer);
    let slot = this.find(low, high);
    if (slot < 0) {
      slot = this.#slots.take(low, high);
      this.#table.add(slot);
      this.#incarnations = (this.#incarnations + 1) >>> 0;
      this.#setWord(slot, INCARNATION, this.#incarnations);
    }
    this.#setWord(slot, STATE, activity.state);
    this.#setWord(slot, EPOCH_LOW, lowHalf(activity.epoch));
    this.#setWord(slot, EPOCH_HIGH, highHalf(activity.epoch));
    this.#setWord(slot, VERSION_LOW, lowHalf(activity.version));
    this.#setWord(slot, VERSION_HIGH, highHalf(activity.version));
    this.#setWord(slot, FLOOR_LOW, lowHalf(activity.floor));
    this.#setWord(slot, FLOOR_HIGH, highHalf(activity.floor));
    this.setReadDay(slot, activity.readDay ?? 0);
  }

  get(viewer: bigint): Activity | undefined {
    const slot = this.find(lowHalf(viewer), highHalf(viewer));
    if (slot < 0) return undefined;
    const epoch = this.epochOf(slot);
    const version = joinHalves(this.#word(slot, VERSION_HIGH), this.#word(slot, VERSION_LOW));
    return { viewer, state: this.stateOf(slot), epoch, version, floor: this.floorOf(slot) };
  }

  delete(viewer: bigint): void {
    const slot = this.find(lowHalf(viewer), highHalf(viewer));
    if (slot >= 0) this.#remove(slot);
  }

  /** Forgets the viewers of these shards, and tells who they were. */
  deleteShards(shards: ReadonlySet<number>, tell: (viewer: bigint) => void): void {
    for (let slot = 0; slot < this.#slots.length; slot++) {
      if (this.#word(slot, STATE) === FREE) continue;
      const low = this.#slots.viewerLow(slot);
      const high = this.#slots.viewerHigh(slot);
      if (!shards.has(shardOfHalves(low, high))) continue;
      this.#remove(slot);
      tell(joinHalves(high, low));
    }
  }

  stateOf(slot: number): number {
    return this.#word(slot, STATE);
  }

  epochOf(slot: number): bigint {
    return joinHalves(this.#word(slot, EPOCH_HIGH), this.#word(slot, EPOCH_LOW));
  }

  floorOf(slot: number): bigint {
    return joinHalves(this.#word(slot, FLOOR_HIGH), this.#word(slot, FLOOR_LOW));
  }

  isBelowFloor(slot: number, postLow: number, postHigh: number): boolean {
    const high = this.#word(slot, FLOOR_HIGH);
    return postHigh < high || (postHigh === high && postLow < this.#word(slot, FLOOR_LOW));
  }

  /** Another number each time a viewer becomes active, here or by being loaded. */
  incarnationOf(slot: number): number {
    return this.#word(slot, INCARNATION);
  }

  /** The day of the last read that is known of; 0: none is. */
  readDayOf(slot: number): number {
    return this.#word(slot, READ_DAY);
  }

  setReadDay(slot: number, day: number): void {
    if (day > this.readDayOf(slot)) this.#setWord(slot, READ_DAY, day);
  }

  /** Of those in `count` slots from `from` on: who has last read before this day. */
  idle(beforeDay: number, from: number, count: number): IdleViewers {
    const slots = this.#slots;
    const end = Math.min(slots.length, from + count);
    const idle: UserId[] = [];
    const unknown: UserId[] = [];
    for (let slot = from; slot < end; slot++) {
      const day = this.readDayOf(slot);
      if (this.#word(slot, STATE) === FREE || day >= beforeDay) continue;
      const viewer = userIdOfHalves(slots.viewerHigh(slot), slots.viewerLow(slot));
      (day === 0 ? unknown : idle).push(viewer);
    }
    return { idle, unknown, next: end < slots.length ? end : undefined };
  }

  #remove(slot: number): void {
    this.#table.remove(slot);
    this.#slots.free(slot);
    this.#slots.retire();
  }

  #word(slot: number, word: number): number {
    return this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + word];
  }

  #setWord(slot: number, word: number, value: number): void {
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + word] = value;
  }
}
