import type { UserId } from "../../../../model/ids.ts";
import { isId } from "../../../../model/ids.ts";
import { highHalf, lowHalf } from "../../../domain/halves.ts";
import { DROPPED, DUPLICATE } from "../../../domain/rings/insert.ts";
import { readDayOf, setReadDay } from "../../../domain/rings/read-day.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import type { EntryKey } from "../../../ports.ts";
import type { FloorLog } from "../commit/floor-log.ts";
import type { GroupCommit } from "../commit/group-commit.ts";
import { ACTIVATE, COMPLETE, ENTRIES, LAPSE, READ, type ViewerHalves } from "../records/records.ts";
import { ringEntry } from "./append-intake.ts";

/**
 * The way of state changes and fills into the log. A change of a viewer's state first waits for the
 * one before it to be durable and applied, so that each is decided on what is certain.
 */
export class StateIntake {
  readonly #rings: Rings;
  readonly #commit: GroupCommit;
  readonly #floors: FloorLog;
  /** Viewers whose state changes in a group that is not durable yet. */
  readonly #changing = new Map<bigint, Promise<void>>();

  constructor(rings: Rings, commit: GroupCommit, floors: FloorLog) {
    this.#rings = rings;
    this.#commit = commit;
    this.#floors = floors;
  }

  async activate(viewer: UserId): Promise<void> {
    if (!isId(viewer)) throw new RangeError(`viewer_id is ${viewer}: it must be 1 to 2^63-1`);
    for (let wait = this.#mustWait(viewer); wait; wait = this.#mustWait(viewer)) await wait;
    if (this.#slotOf(viewer) >= 0) return;
    this.#commit.pending.state({ kind: ACTIVATE, viewer: halvesOf(viewer) });
    await this.#changed(viewer);
  }

  async complete(viewer: UserId, floor: bigint): Promise<void> {
    for (let wait = this.#mustWait(viewer); wait; wait = this.#mustWait(viewer)) await wait;
    if (this.#slotOf(viewer) < 0) return;
    const floorLow = lowHalf(floor);
    const floorHigh = highHalf(floor);
    const record = { kind: COMPLETE, viewer: halvesOf(viewer), floorLow, floorHigh } as const;
    this.#commit.pending.state(record);
    await this.#changed(viewer);
  }

  async lapse(viewers: readonly UserId[]): Promise<number> {
    let count = 0;
    let done: Promise<void> | undefined;
    for (const viewer of viewers) {
      for (let wait = this.#mustWait(viewer); wait; wait = this.#mustWait(viewer)) await wait;
      if (this.#slotOf(viewer) < 0) continue;
      this.#commit.pending.state({ kind: LAPSE, viewer: halvesOf(viewer) });
      done = this.#changed(viewer);
      count++;
    }
    await done;
    return count;
  }

  /** Nobody waits for it: lost in a crash, it lets a timeline lapse some days early. */
  noteRead(viewer: UserId, day: number): void {
    const slot = this.#slotOf(viewer);
    if (slot < 0 || readDayOf(this.#rings.memory, slot) >= day || this.#commit.isFull) return;
    setReadDay(this.#rings.memory, slot, day);
    this.#commit.pending.state({ kind: READ, viewer: halvesOf(viewer), day });
    this.#commit.commit().catch(() => {});
  }

  async addEntries(viewer: UserId, entries: readonly EntryKey[]): Promise<void> {
    let rest = entries.map(({ postId, authorId }) => {
      if (!isId(postId)) throw new RangeError(`post_id is ${postId}: it must be 1 to 2^63-1`);
      return ringEntry(postId, authorId, false);
    });
    while (rest.length > 0) rest = await this.#addSome(viewer, rest);
  }

  /** Logs the entries that are new; resolves to those that an unsynced group may hold. */
  async #addSome(viewer: UserId, entries: readonly RingEntry[]): Promise<RingEntry[]> {
    while (this.#commit.isFull) await this.#commit.whenRotated();
    this.#commit.check();
    const slot = this.#slotOf(viewer);
    if (slot < 0) return [];
    const fresh: RingEntry[] = [];
    const unsure: RingEntry[] = [];
    let floor: Promise<void> | undefined;
    for (const entry of entries) {
      const unsynced = this.#commit.unsyncedWith(entry);
      const group = this.#rings.groupOf(slot);
      if (unsynced !== undefined && (group === unsynced.pending || group === unsynced.syncing)) {
        unsure.push(entry);
        continue;
      }
      const outcome = this.#rings.outcomeOf(slot, entry);
      if (outcome === DROPPED) floor = this.#floors.relyOn(slot) ?? floor;
      else if (outcome !== DUPLICATE) fresh.push(entry);
    }
    const waits = [floor, unsure.length > 0 ? this.#commit.whenUnsyncedDone() : undefined];
    if (fresh.length > 0) {
      this.#rings.setGroup(slot, this.#commit.pending.number);
      this.#commit.pending.state({ kind: ENTRIES, viewer: halvesOf(viewer), entries: fresh });
      waits.push(this.#commit.commit());
    }
    await Promise.all(waits);
    return unsure;
  }

  #slotOf(viewer: UserId): number {
    return this.#rings.find(lowHalf(viewer), highHalf(viewer));
  }

  /**
   * Whether a change of this viewer's state must wait: for the one under way, or for room. Asked again
   * after each wait, in one go with the decision: two callers may wake at once.
   */
  #mustWait(viewer: UserId): Promise<void> | undefined {
    this.#commit.check();
    return (
      this.#changing.get(viewer) ?? (this.#commit.isFull ? this.#commit.whenRotated() : undefined)
    );
  }

  /** Resolves when the change that was just logged is durable and applied. */
  #changed(viewer: UserId): Promise<void> {
    const done = this.#commit.commit();
    this.#changing.set(viewer, done);
    const forget = () => {
      if (this.#changing.get(viewer) === done) this.#changing.delete(viewer);
    };
    done.then(forget, forget);
    return done;
  }
}

function halvesOf(viewer: bigint): ViewerHalves {
  return { low: lowHalf(viewer), high: highHalf(viewer) };
}
