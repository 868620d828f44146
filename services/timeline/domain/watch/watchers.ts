import type { UserId } from "../../../model/ids.ts";
import { resourceExhausted } from "../../../platform/grpc/errors/errors.ts";
import type { EntryStore } from "../../ports.ts";
import type { PulledWatch } from "./pulled-watch.ts";
import { Watcher } from "./watcher.ts";

export interface WatchLimits {
  readonly maxWatchers: number;
  /** Entries that wait for one stream to take them. */
  readonly maxBuffered: number;
}

const RETRY_AFTER_MS = 5_000;

/** The open streams of this process, bounded. */
export class Watchers {
  readonly #store: Pick<EntryStore, "watch">;
  readonly #pulled: Pick<PulledWatch, "add" | "remove">;
  readonly #limits: WatchLimits;
  readonly #open = new Map<Watcher, UserId>();
  readonly #streams = new Map<UserId, number>();
  #isClosed = false;

  /** `pulled`: tells of what the store is never told. */
  constructor(
    store: Pick<EntryStore, "watch">,
    pulled: Pick<PulledWatch, "add" | "remove">,
    limits: WatchLimits,
  ) {
    this.#store = store;
    this.#pulled = pulled;
    this.#limits = limits;
  }

  get count(): number {
    return this.#open.size;
  }

  isWatched(viewer: UserId): boolean {
    return (this.#streams.get(viewer) ?? 0) > 0;
  }

  /** Hears from now on. Throws RESOURCE_EXHAUSTED when there are too many; release it at the end. */
  watch(viewer: UserId): { readonly watcher: Watcher; readonly release: () => void } {
    if (this.#open.size >= this.#limits.maxWatchers || this.#isClosed) {
      const message = `${this.#open.size} streams are open, at most ${this.#limits.maxWatchers}`;
      throw resourceExhausted(`${message}; try again later`, RETRY_AFTER_MS);
    }
    const watcher = new Watcher(this.#limits.maxBuffered);
    const unwatch = this.#store.watch(viewer, watcher);
    this.#pulled.add(viewer, watcher);
    this.#open.set(watcher, viewer);
    this.#streams.set(viewer, (this.#streams.get(viewer) ?? 0) + 1);
    const release = () => {
      unwatch();
      this.#pulled.remove(watcher);
      if (!this.#open.delete(watcher)) return;
      const left = (this.#streams.get(viewer) ?? 0) - 1;
      if (left > 0) this.#streams.set(viewer, left);
      else this.#streams.delete(viewer);
    };
    return { watcher, release };
  }

  /** Ends every stream, so that a server that drains need not wait for them. */
  close(): void {
    this.#isClosed = true;
    this.stopWhere(() => true);
  }

  /** Ends the streams of viewers whose entries are heard of elsewhere: their consumers resume there. */
  stopWhere(isGone: (viewer: UserId) => boolean): void {
    for (const [watcher, viewer] of this.#open) if (isGone(viewer)) watcher.stop("closed");
  }
}
