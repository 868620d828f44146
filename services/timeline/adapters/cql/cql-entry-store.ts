import {
  firstPostIdAt,
  MAX_ID,
  type PostId,
  trustedPostId,
  type UserId,
} from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import { highHalf, lowHalf, maxId } from "../../domain/halves.ts";
import type { RingLimits } from "../../domain/rings/rings.ts";
import type {
  AppendBatch,
  AppendCounts,
  EntryKey,
  EntryListener,
  EntryStore,
  EntryStoreStats,
  EntryWindow,
  IdleViewers,
  Ownership,
  TimelineState,
} from "../../ports.ts";
import { ActiveViewers } from "./active-viewers.ts";
import { ActivityRows, FILLING } from "./activity-rows.ts";
import { Appends } from "./appends.ts";
import { EntryRows, type RowTimes } from "./entry-rows.ts";
import { type LoadedRows, Residents } from "./residents.ts";
import { RowWriter } from "./row-writer.ts";
import { States } from "./states.ts";

export interface CqlEntryStoreOptions {
  readonly cql: Cql;
  readonly ownership: Pick<Ownership, "owns" | "term">;
  /** Of the rings in memory, a cache. */
  readonly limits: RingLimits;
  readonly times: RowTimes;
  readonly clock: Clock;
}

export interface CqlEntryStats extends EntryStoreStats {
  /** Viewers whose rings are in memory. */
  readonly residents: number;
  readonly ringBytes: number;
  /** Bytes of what is known of every active viewer. */
  readonly tableBytes: number;
}

/** A row an entry for every active viewer; rings in memory for those who read lately. */
export class CqlEntryStore implements EntryStore {
  readonly #options: CqlEntryStoreOptions;
  readonly #active = new ActiveViewers();
  readonly #residents: Residents;
  readonly #rows: EntryRows;
  readonly #states: States;
  readonly #appends: Appends;

  constructor(options: CqlEntryStoreOptions) {
    const { cql, ownership, limits, times, clock } = options;
    this.#options = options;
    this.#residents = new Residents(limits);
    this.#rows = new EntryRows(cql, times);
    const shared = { active: this.#active, residents: this.#residents, clock };
    this.#states = new States({ ...shared, rows: new ActivityRows(cql), ownership });
    this.#appends = new Appends({
      ...shared,
      rows: this.#rows,
      writer: new RowWriter(cql),
      states: this.#states,
      windowStart: () => this.#windowStart(),
    });
  }

  /** Loads who is active in these shards, before anything of them is served (rule 2.3). */
  acquire(shards: readonly number[]): Promise<void> {
    return this.#states.acquire(shards);
  }

  /** Forgets what is in memory of shards that are no longer served. */
  release(shards: readonly number[]): void {
    this.#states.release(shards);
  }

  state(viewer: UserId): TimelineState {
    const slot = this.#active.find(lowHalf(viewer), highHalf(viewer));
    if (slot < 0) return { kind: "inactive" };
    if (this.#active.stateOf(slot) === FILLING) return { kind: "filling" };
    const floor = trustedPostId(maxId(this.#active.floorOf(slot), this.#windowStart()));
    const readableFrom = trustedPostId(this.#residents.from(viewer) ?? MAX_ID);
    if (readableFrom <= floor) return { kind: "complete", floor };
    return { kind: "complete", floor, readableFrom };
  }

  append(batch: AppendBatch): Promise<AppendCounts> {
    return this.#appends.append(batch);
  }

  activate(viewer: UserId): Promise<void> {
    return this.#states.activate(viewer);
  }

  /** Who gives more than a ring holds has read no further down than that: so far the floor rises. */
  async addEntries(viewer: UserId, entries: readonly EntryKey[]): Promise<void> {
    await this.#appends.addEntries(viewer, entries);
    const { maxRingEntries } = this.#options.limits;
    if (entries.length <= maxRingEntries) return;
    const ids = entries.map(({ postId }) => postId).sort((a, b) => (a < b ? 1 : -1));
    await this.#states.raiseFloor(viewer, ids[maxRingEntries]);
  }

  complete(viewer: UserId, floor: PostId): Promise<void> {
    return this.#states.complete(viewer, floor);
  }

  lapse(viewers: readonly UserId[]): Promise<number> {
    return this.#states.lapse(viewers);
  }

  load(viewer: UserId): Promise<void> | undefined {
    const slot = this.#active.find(lowHalf(viewer), highHalf(viewer));
    if (slot < 0) return undefined;
    return this.#residents.load(viewer, () => this.#readRows(viewer));
  }

  read(viewer: UserId, before: bigint, window: EntryWindow): void {
    this.#residents.read(viewer, before, window);
  }

  watch(viewer: UserId, listener: EntryListener): () => void {
    return this.#residents.watch(viewer, listener);
  }

  noteRead(viewer: UserId, day: number): void {
    this.#states.noteRead(viewer, day);
  }

  readDay(viewer: UserId): number {
    const slot = this.#active.find(lowHalf(viewer), highHalf(viewer));
    return slot < 0 ? 0 : this.#active.readDayOf(slot);
  }

  idle(beforeDay: number, from: number, count: number): IdleViewers {
    return this.#active.idle(beforeDay, from, count);
  }

  stats(): CqlEntryStats {
    return {
      viewers: this.#active.size,
      entries: this.#residents.entryCount,
      residents: this.#residents.count,
      ringBytes: this.#residents.bytes,
      tableBytes: this.#active.bytes,
      droppedInactive: this.#appends.dropped.inactive,
      droppedBelowFloor: this.#appends.dropped.belowFloor,
    };
  }

  /** Nothing waits here: what was acknowledged is in the rows. */
  async close(): Promise<void> {}

  /** When there are as many as fit, there may be more below: the ring then begins at its oldest. */
  async #readRows(viewer: UserId): Promise<LoadedRows> {
    const { clock, limits } = this.#options;
    const activity = this.#active.get(viewer);
    if (!activity) return { entries: [], from: 0n };
    const floor = maxId(activity.floor, this.#windowStart());
    const limit = limits.maxRingEntries;
    const entries = await this.#rows.newest({
      viewer,
      epoch: activity.epoch,
      floor,
      nowMs: clock.nowMs(),
      limit,
    });
    if (entries.length < limit) return { entries, from: floor };
    const oldest = entries[limit - 1];
    return { entries, from: (BigInt(oldest.postHigh) << 32n) | BigInt(oldest.postLow) };
  }

  #windowStart(): PostId {
    const { clock, times } = this.#options;
    return firstPostIdAt(clock.nowMs() - times.windowMs);
  }
}
