import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { Slice } from "./slice.ts";

/** Of one viewer: where they are, what comes next, and as much again for a second device. */
const MAX_SLICES = 4;

/** The slices of those who scroll now, bounded in bytes: who scrolled longest ago goes first. */
export class SliceCache {
  readonly #slices: LRUCache<UserId, readonly Slice[]>;
  readonly #keptMs: number;

  /** @param keptMs how long a slice is given out */
  constructor(maxBytes: number, keptMs: number) {
    this.#keptMs = keptMs;
    this.#slices = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (slices) => slices.reduce((sum, { bytes }) => sum + bytes, 0),
    });
  }

  get bytes(): number {
    return this.#slices.calculatedSize;
  }

  find(viewer: UserId, before: bigint, friends: FriendSet, nowMs: number): Slice | undefined {
    return this.#slices
      .get(viewer)
      ?.find((slice) => nowMs - slice.askedMs < this.#keptMs && slice.serves(before, friends));
  }

  add(viewer: UserId, slice: Slice): void {
    const others = this.#slices.get(viewer) ?? [];
    const kept = others.filter(
      ({ askedMs, before }) => slice.askedMs - askedMs < this.#keptMs && before !== slice.before,
    );
    this.#slices.set(viewer, [slice, ...kept].slice(0, MAX_SLICES));
  }

  forget(viewer: UserId): void {
    this.#slices.delete(viewer);
  }

  clear(): void {
    this.#slices.clear();
  }
}
