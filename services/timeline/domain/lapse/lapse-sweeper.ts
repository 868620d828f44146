import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { EntryStore } from "../../ports.ts";
import type { Fills } from "../fill/fills.ts";
import { dayOf } from "./read-day.ts";

export interface LapseSweeperDeps {
  readonly store: Pick<EntryStore, "idle" | "noteRead">;
  readonly fills: Pick<Fills, "lapse">;
  /** A live stream reads all the time. */
  readonly watchers: { isWatched(viewer: UserId): boolean };
  readonly clock: Clock;
  /** Told of those who lapsed. */
  readonly onLapsed?: (count: number) => void;
  /** Told of each sweep that ended early; the next one begins anew. */
  readonly onFailure?: (error: unknown) => void;
}

export interface LapseTimes {
  /** Days without a read after which a timeline ends. */
  readonly afterDays: number;
  /** Between two sweeps, ms. */
  readonly everyMs: number;
}

/** Places of the store that one turn of the event loop looks at. */
const PLACES_PER_LOOK = 20_000;
/** A lapse is a durable write each: so many at a time, and the next when these are done. */
const VIEWERS_PER_LAPSE = 500;

/**
 * Ends the timelines of those who have not read for long, durably (rule 6.2): from then on they cost
 * no write and no memory, and are filled when they come back. Nothing else goes by the time of a read.
 */
export class LapseSweeper {
  readonly #deps: LapseSweeperDeps;
  readonly #times: LapseTimes;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(deps: LapseSweeperDeps, times: LapseTimes) {
    this.#deps = deps;
    this.#times = times;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** Looks at all viewers once; resolves to how many lapsed. */
  async sweep(): Promise<number> {
    const { store, clock } = this.#deps;
    const today = dayOf(clock.nowMs());
    let count = 0;
    for (let from: number | undefined = 0; from !== undefined && !this.#isStopping; ) {
      const { idle, unknown, next } = store.idle(
        today - this.#times.afterDays + 1,
        from,
        PLACES_PER_LOOK,
      );
      // Of a store that did not keep it yet: their time begins now.
      for (const viewer of unknown) store.noteRead(viewer, today);
      count += await this.#lapse(idle, today);
      from = next;
    }
    return count;
  }

  async #lapse(idle: readonly UserId[], today: number): Promise<number> {
    const { store, fills, watchers, onLapsed } = this.#deps;
    const gone: UserId[] = [];
    for (const viewer of idle) {
      if (watchers.isWatched(viewer)) store.noteRead(viewer, today);
      else gone.push(viewer);
    }
    let count = 0;
    for (let i = 0; i < gone.length && !this.#isStopping; i += VIEWERS_PER_LAPSE) {
      count += await fills.lapse(gone.slice(i, i + VIEWERS_PER_LAPSE));
    }
    onLapsed?.(count);
    return count;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#deps.clock
        .delay(this.#times.everyMs, this.#stopping.signal)
        .then(() => this.sweep())
        .catch((error: unknown) => {
          if (!this.#isStopping) this.#deps.onFailure?.(error);
        });
    }
  }
}
