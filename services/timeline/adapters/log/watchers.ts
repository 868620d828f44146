import { joinHalves, postIdOfHalves, userIdOfHalves } from "../../domain/halves.ts";
import type { RingEntry } from "../../domain/rings/ring-memory.ts";
import type { Rings } from "../../domain/rings/rings.ts";
import type { EntryListener } from "../../ports.ts";
import type { ApplyListener } from "./records/apply.ts";

/** Undefined: the timeline lapsed. */
type News = { readonly viewer: bigint; readonly entry: RingEntry | undefined };

/** Who listens to which viewer. A flag on the ring spares all other viewers a look-up. */
export class Watchers implements ApplyListener {
  readonly #rings: Rings;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Map<bigint, Set<EntryListener>>();
  #news: News[] = [];

  /** @param onError hears of listeners that throw, which they must not */
  constructor(rings: Rings, onError: (error: unknown) => void) {
    this.#rings = rings;
    this.#onError = onError;
  }

  watch(viewer: bigint, slot: number, listener: EntryListener): void {
    const known = this.#listeners.get(viewer) ?? new Set();
    this.#listeners.set(viewer, known.add(listener));
    if (slot >= 0) this.#rings.setWatched(slot, true);
  }

  unwatch(viewer: bigint, slot: number, listener: EntryListener): void {
    const known = this.#listeners.get(viewer);
    if (!known?.delete(listener) || known.size > 0) return;
    this.#listeners.delete(viewer);
    if (slot >= 0) this.#rings.setWatched(slot, false);
  }

  onActivated(slot: number): void {
    if (this.#listeners.size === 0) return;
    this.#rings.setWatched(slot, this.#listeners.has(this.#viewerOf(slot)));
  }

  onWatched(slot: number, entry: RingEntry): void {
    this.#news.push({ viewer: this.#viewerOf(slot), entry });
  }

  onLapsed(slot: number): void {
    this.#news.push({ viewer: this.#viewerOf(slot), entry: undefined });
  }

  /** Tells the listeners what became readable. Only now: a listener may call the store back. */
  tell(): void {
    if (this.#news.length === 0) return;
    const news = this.#news;
    this.#news = [];
    for (const { viewer, entry } of news) {
      for (const listener of this.#listeners.get(viewer) ?? []) {
        try {
          tellOne(listener, entry);
        } catch (error) {
          this.#onError(error);
        }
      }
    }
  }

  #viewerOf(slot: number): bigint {
    return joinHalves(this.#rings.viewerHigh(slot), this.#rings.viewerLow(slot));
  }
}

function tellOne(listener: EntryListener, entry: RingEntry | undefined): void {
  if (entry === undefined) {
    listener.lapsed();
    return;
  }
  const post = postIdOfHalves(entry.postHigh, entry.postLow);
  const author = userIdOfHalves(entry.authorHigh, entry.authorLow);
  listener.entry(post, author);
}
