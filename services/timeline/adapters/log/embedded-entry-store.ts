import { join } from "node:path";
import type { PostId, UserId } from "../../../model/ids.ts";
import { shardOfHalves } from "../../../model/shards.ts";
import type { FileSystem } from "../../../platform/storage/log/file-system.ts";
import { nodeFileSystem } from "../../../platform/storage/log/node-file-system.ts";
import type { Segments } from "../../../platform/storage/log/segments.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import { highHalf, lowHalf, postIdOfHalves, userIdOfHalves } from "../../domain/halves.ts";
import { idleRings, readDayOf } from "../../domain/rings/read-day.ts";
import type { RingLimits, Rings } from "../../domain/rings/rings.ts";
import type {
  AppendBatch,
  AppendCounts,
  EntryKey,
  EntryListener,
  EntryStore,
  EntryStoreStats,
  EntryWindow,
  IdleViewers,
  TimelineState,
} from "../../ports.ts";
import { FloorLog } from "./commit/floor-log.ts";
import { GroupCommit } from "./commit/group-commit.ts";
import { AppendIntake } from "./intake/append-intake.ts";
import { StateIntake } from "./intake/state-intake.ts";
import { applyGroup } from "./records/apply.ts";
import { openLog } from "./recovery/open-log.ts";
import { RoomKeeper, SPARE_PART } from "./room-keeper.ts";
import { Snapshots } from "./snapshots/snapshots.ts";
import { Watchers } from "./watchers.ts";

export interface EmbeddedEntryStoreOptions {
  /** Holds the log and its snapshot; one process at a time. */
  readonly folder: string;
  readonly log: Logger;
  readonly limits: RingLimits;
  /** A segment of the log that is longer is followed by a new one. */
  readonly maxSegmentBytes: number;
  /** A snapshot is begun when the log since the last one is longer. */
  readonly snapshotLogBytes: number;
  /** What one step of a snapshot copies while the event loop waits; about. */
  readonly snapshotSliceBytes?: number;
  /** Of the slabs, kept free for newcomers; 0: each ring evicts its own when they are full. */
  readonly sparePart?: number;
  /** The disk failed: what is in memory may be more than what is durable, so the process must end. */
  readonly fatal: (error: Error) => void;
  readonly files?: FileSystem;
}

/** What the embedded store holds. */
export interface EmbeddedEntryStats extends EntryStoreStats {
  /** Bytes of the slabs that hold the entries. */
  readonly slabBytes: number;
  /** Bytes of the rings' slots and of the table that finds them. */
  readonly tableBytes: number;
  /** Bytes of the log on disk, without the snapshot. */
  readonly logBytes: number;
  readonly snapshots: number;
}

/** Rings over a fan-out log: every active viewer is resident. Rules 3.5 to 3.7. */
export class EmbeddedEntryStore implements EntryStore {
  readonly #rings: Rings;
  readonly #segments: Segments;
  readonly #commit: GroupCommit;
  readonly #appends: AppendIntake;
  readonly #states: StateIntake;
  readonly #watchers: Watchers;
  readonly #snapshots: Snapshots;
  readonly #room: RoomKeeper;

  private constructor(
    options: EmbeddedEntryStoreOptions & { readonly files: FileSystem },
    rings: Rings,
    segments: Segments,
    snapshotStart: number,
  ) {
    this.#rings = rings;
    this.#segments = segments;
    this.#watchers = new Watchers(rings, (error) => options.log.error({ error }, "listener threw"));
    this.#commit = new GroupCommit({
      write: (frame) => segments.append(frame),
      position: () => segments.position,
      apply: (group, position) => {
        applyGroup(rings, group.operations, group.slots, this.#watchers);
        this.#watchers.tell();
        this.#snapshots.applied(position);
        this.#room.look();
      },
      fatal: options.fatal,
    });
    const floors = new FloorLog(rings, this.#commit);
    this.#appends = new AppendIntake(rings, this.#commit, floors, this.#watchers);
    this.#states = new StateIntake(rings, this.#commit, floors);
    this.#room = new RoomKeeper(
      rings,
      (viewers) => this.#states.lapse(viewers),
      options.log,
      options.sparePart ?? SPARE_PART,
    );
    this.#snapshots = new Snapshots({
      ...options,
      rings,
      segments,
      start: snapshotStart,
      fail: (error) => {
        this.#commit.stop(error);
        options.fatal(error);
      },
    });
  }

  /** Recovers what is durable. @throws when the folder cannot be used */
  static async open(options: EmbeddedEntryStoreOptions): Promise<EmbeddedEntryStore> {
    const files = options.files ?? nodeFileSystem;
    const opened = await openLog({ ...options, files });
    const all = { ...options, files, folder: join(options.folder, "live") };
    return new EmbeddedEntryStore(all, opened.rings, opened.segments, opened.snapshotStart);
  }

  state(viewer: UserId): TimelineState {
    const slot = this.#find(viewer);
    if (slot < 0) return { kind: "inactive" };
    if (this.#rings.isFilling(slot)) return { kind: "filling" };
    const floor = postIdOfHalves(this.#rings.floorHigh(slot), this.#rings.floorLow(slot));
    return { kind: "complete", floor };
  }

  append(batch: AppendBatch): Promise<AppendCounts> {
    return this.#appends.append(batch);
  }

  activate(viewer: UserId): Promise<void> {
    return this.#states.activate(viewer);
  }

  addEntries(viewer: UserId, entries: readonly EntryKey[]): Promise<void> {
    return this.#states.addEntries(viewer, entries);
  }

  complete(viewer: UserId, floor: PostId): Promise<void> {
    return this.#states.complete(viewer, floor);
  }

  lapse(viewers: readonly UserId[]): Promise<number> {
    return this.#states.lapse(viewers);
  }

  load(_viewer: UserId): undefined {
    return undefined;
  }

  read(viewer: UserId, before: bigint, window: EntryWindow): void {
    const slot = this.#find(viewer);
    if (slot < 0) window.count = 0;
    else this.#rings.read(slot, lowHalf(before), highHalf(before), window);
  }

  watch(viewer: UserId, listener: EntryListener): () => void {
    this.#watchers.watch(viewer, this.#find(viewer), listener);
    return () => this.#watchers.unwatch(viewer, this.#find(viewer), listener);
  }

  noteRead(viewer: UserId, day: number): void {
    this.#states.noteRead(viewer, day);
  }

  readDay(viewer: UserId): number {
    const slot = this.#find(viewer);
    return slot < 0 ? 0 : readDayOf(this.#rings.memory, slot);
  }

  idle(beforeDay: number, from: number, count: number): IdleViewers {
    return idleRings(this.#rings, beforeDay, from, count);
  }

  stats(): EmbeddedEntryStats {
    const { memory, table } = this.#rings;
    return {
      viewers: table.size,
      entries: memory.entryCount,
      slabBytes: memory.chunks.bytes,
      tableBytes: memory.slots.bytes + table.bytes,
      logBytes: this.#segments.position - this.#segments.start,
      snapshots: this.#snapshots.count,
      droppedInactive: this.#appends.dropped.inactive,
      droppedBelowFloor: this.#appends.dropped.belowFloor,
    };
  }

  /** Makes the viewers of these shards inactive; resolves to how many they were. */
  async lapseShards(isMeant: (shard: number) => boolean): Promise<number> {
    const viewers: UserId[] = [];
    this.#rings.forEachSlot((slot) => {
      const low = this.#rings.viewerLow(slot);
      const high = this.#rings.viewerHigh(slot);
      if (isMeant(shardOfHalves(low, high))) viewers.push(userIdOfHalves(high, low));
    });
    return this.lapse(viewers);
  }

  /** Finishes what was accepted, then refuses. */
  async close(): Promise<void> {
    await this.#commit.settle();
    this.#commit.stop(new Error("the entry store is closed"));
    await this.#snapshots.stop();
    await this.#segments.close();
  }

  #find(viewer: UserId): number {
    return this.#rings.find(lowHalf(viewer), highHalf(viewer));
  }
}
