import { type PostId, postIdOf, type UserId, userIdOf } from "../../model/ids.ts";
import { present } from "../../model/invariant.ts";
import { highHalf, joinHalves, lowHalf, maxId } from "../domain/halves.ts";
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
} from "../ports.ts";

interface Entry extends EntryKey {
  deleted: boolean;
}

interface Timeline {
  state: "filling" | "complete";
  floor: bigint;
  readDay: number;
  /** Newest first. */
  readonly entries: Entry[];
}

/** The simplest EntryStore that keeps the port's promises, in memory. For tests and the simulation. */
export class MemoryEntryStore implements EntryStore {
  /** Awaited before each change takes effect: stands for the sync of a log. */
  sync: () => Promise<void> = async () => {};
  readonly #timelines = new Map<UserId, Timeline>();
  readonly #listeners = new Map<UserId, Set<EntryListener>>();
  readonly #capacity: number;

  constructor(capacity = 800) {
    this.#capacity = capacity;
  }

  state(viewer: UserId): TimelineState {
    const timeline = this.#timelines.get(viewer);
    if (!timeline) return { kind: "inactive" };
    if (timeline.state === "filling") return { kind: "filling" };
    return { kind: "complete", floor: postIdOf(timeline.floor) };
  }

  async append(batch: AppendBatch): Promise<AppendCounts> {
    await this.sync();
    let appended = 0;
    let duplicates = 0;
    let dropped = 0;
    for (const { postId, authorId, deleted, viewers } of batch.appends) {
      for (let i = 0; i < viewers.length; i += 2) {
        const viewer = userIdOf(joinHalves(viewers[i + 1], viewers[i]));
        const result = this.#put(viewer, { postId, authorId, deleted });
        // What came so late is on pages all the same, and so on live streams.
        const isLate = result === "dropped" && this.#timelines.has(viewer);
        if (isLate && !deleted) this.#tell(viewer, { postId, authorId });
        if (result === "appended") appended++;
        else if (result === "duplicate") duplicates++;
        else dropped++;
      }
    }
    return { appended, duplicates, dropped, deactivated: 0 };
  }

  async activate(viewer: UserId): Promise<void> {
    await this.sync();
    if (this.#timelines.has(viewer)) return;
    this.#timelines.set(viewer, { state: "filling", floor: 0n, readDay: 0, entries: [] });
  }

  async addEntries(viewer: UserId, entries: readonly EntryKey[]): Promise<void> {
    await this.sync();
    for (const entry of entries) this.#put(viewer, { ...entry, deleted: false });
  }

  async complete(viewer: UserId, floor: PostId): Promise<void> {
    await this.sync();
    const timeline = this.#timelines.get(viewer);
    if (timeline?.state !== "filling") return;
    timeline.state = "complete";
    if (floor > timeline.floor) timeline.floor = floor;
  }

  async lapse(viewers: readonly UserId[]): Promise<number> {
    await this.sync();
    const lapsed = viewers.filter((viewer) => this.#timelines.delete(viewer));
    for (const viewer of lapsed) {
      for (const listener of this.#listeners.get(viewer) ?? []) listener.lapsed();
    }
    return lapsed.length;
  }

  load(): Promise<void> | undefined {
    return undefined;
  }

  read(viewer: UserId, before: bigint, window: EntryWindow): void {
    const entries = this.#timelines.get(viewer)?.entries ?? [];
    let at = before === 0n ? 0 : entries.findIndex(({ postId }) => postId < before);
    window.count = 0;
    for (; at >= 0 && at < entries.length && window.count < window.deleted.length; at++) {
      const i = window.count++;
      window.postHigh[i] = highHalf(entries[at].postId);
      window.postLow[i] = lowHalf(entries[at].postId);
      window.authorHigh[i] = highHalf(entries[at].authorId);
      window.authorLow[i] = lowHalf(entries[at].authorId);
      window.deleted[i] = entries[at].deleted ? 1 : 0;
    }
  }

  watch(viewer: UserId, listener: EntryListener): () => void {
    const listeners = this.#listeners.getOrInsertComputed(viewer, () => new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  noteRead(viewer: UserId, day: number): void {
    const timeline = this.#timelines.get(viewer);
    if (timeline) timeline.readDay = Math.max(timeline.readDay, day);
  }

  readDay(viewer: UserId): number {
    return this.#timelines.get(viewer)?.readDay ?? 0;
  }

  idle(beforeDay: number): IdleViewers {
    const all = [...this.#timelines].filter(([, { readDay }]) => readDay < beforeDay);
    const [unknown, idle] = [true, false].map((isUnknown) =>
      all.filter(([, { readDay }]) => (readDay === 0) === isUnknown).map(([viewer]) => viewer),
    );
    return { idle, unknown, next: undefined };
  }

  stats(): EntryStoreStats {
    let entries = 0;
    for (const timeline of this.#timelines.values()) entries += timeline.entries.length;
    return { viewers: this.#timelines.size, entries };
  }

  async close(): Promise<void> {}

  #put(viewer: UserId, entry: Entry): "appended" | "duplicate" | "dropped" {
    const timeline = this.#timelines.get(viewer);
    if (!timeline || entry.postId < timeline.floor) return "dropped";
    const { entries } = timeline;
    let at = entries.findIndex(({ postId }) => postId <= entry.postId);
    if (at < 0) at = entries.length;
    if (entries[at]?.postId === entry.postId) {
      entries[at].deleted ||= entry.deleted;
      return "duplicate";
    }
    entries.splice(at, 0, entry);
    // What is evicted may have come while filling, and lie below the floor already.
    if (entries.length > this.#capacity)
      timeline.floor = maxId(timeline.floor, present(entries.pop()).postId + 1n);
    if (!entry.deleted) this.#tell(viewer, entry);
    return "appended";
  }

  #tell(viewer: UserId, { postId, authorId }: EntryKey): void {
    for (const listener of this.#listeners.get(viewer) ?? []) listener.entry(postId, authorId);
  }
}
