import { isId, type PostId, type UserId } from "../../../model/ids.ts";
import { shardOf } from "../../../model/shards.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { SerialByKey } from "../../../platform/concurrency/serial-by-key.ts";
import { NOT_OWNER, unavailable } from "../../../platform/grpc/errors/errors.ts";
import { highHalf, lowHalf } from "../../domain/halves.ts";
import type { Ownership } from "../../ports.ts";
import type { ActiveViewers } from "./active-viewers.ts";
import { type Activity, type ActivityRows, COMPLETE, FILLING, LAPSED } from "./activity-rows.ts";
import type { Residents } from "./residents.ts";

export interface StatesDeps {
  readonly rows: ActivityRows;
  readonly active: ActiveViewers;
  readonly residents: Residents;
  readonly clock: Clock;
  readonly ownership: Pick<Ownership, "owns" | "term">;
}

const WRITES_AT_ONCE = 32;

/**
 * The states of timelines: durable first, then in memory; of one viewer one after another.
 *
 * Each write has a higher version than the one before, and the higher version wins in the store. So a
 * write that a paused process left on its way cannot undo what its successor has written: whoever
 * takes over a timeline that is being filled writes it again first, since the one late write that
 * could do harm is "complete".
 */
export class States {
  readonly #deps: StatesDeps;
  readonly #line = new SerialByKey<bigint>();

  constructor(deps: StatesDeps) {
    this.#deps = deps;
  }

  activate(viewer: UserId): Promise<void> {
    if (!isId(viewer)) throw new RangeError(`viewer_id is ${viewer}: it must be 1 to 2^63-1`);
    return this.#line.run(viewer, async () => {
      const { active, rows, residents } = this.#deps;
      if (active.get(viewer)) return;
      const version = this.#versionAfter(await rows.read(viewer));
      const activity = { viewer, state: FILLING, epoch: version, version, floor: 0n };
      await this.#write(activity);
      active.set(activity);
      residents.begin(viewer);
    });
  }

  complete(viewer: UserId, floor: PostId): Promise<void> {
    return this.#line.run(viewer, () => this.#setFloor(viewer, floor));
  }

  /** Of a complete timeline. */
  raiseFloor(viewer: UserId, floor: PostId): Promise<void> {
    return this.#line.run(viewer, async () => {
      if (this.#deps.active.get(viewer)?.state === COMPLETE) await this.#setFloor(viewer, floor);
    });
  }

  /** Nobody waits for it: not written, it lets a timeline lapse some days early. */
  noteRead(viewer: UserId, day: number): void {
    const { active, rows } = this.#deps;
    const slot = active.find(lowHalf(viewer), highHalf(viewer));
    if (slot < 0 || active.readDayOf(slot) >= day) return;
    active.setReadDay(slot, day);
    rows.writeRead(viewer, day).catch(() => {});
  }

  /** Resolves to how many of the viewers were active. */
  async lapse(viewers: readonly UserId[]): Promise<number> {
    let count = 0;
    await inParallel(WRITES_AT_ONCE, viewers, (viewer) =>
      this.#line.run(viewer, async () => {
        const { active, residents } = this.#deps;
        const known = active.get(viewer);
        if (!known) return;
        await this.#write({ ...known, state: LAPSED, version: this.#versionAfter(known) });
        active.delete(viewer);
        residents.lapse(viewer);
        count++;
      }),
    );
    return count;
  }

  /** Loads shards that this process is about to serve. */
  async acquire(shards: readonly number[]): Promise<void> {
    const { active, rows } = this.#deps;
    this.release(shards);
    const filling: Activity[] = [];
    await rows.each(shards, (activity) => {
      if (activity.state === COMPLETE) active.set(activity);
      else if (activity.state === FILLING) filling.push(activity);
    });
    await inParallel(WRITES_AT_ONCE, filling, async (found) => {
      const activity = { ...found, version: this.#versionAfter(found) + 1n };
      await rows.write(activity);
      active.set(activity);
    });
  }

  /** Forgets shards that another process serves from now on. */
  release(shards: readonly number[]): void {
    const { active, residents } = this.#deps;
    active.deleteShards(new Set(shards), (viewer) => residents.drop(viewer));
  }

  async #setFloor(viewer: UserId, floor: PostId): Promise<void> {
    const { active, residents } = this.#deps;
    const known = active.get(viewer);
    if (!known || (known.state === COMPLETE && known.floor >= floor)) return;
    const activity = { ...known, state: COMPLETE, version: this.#versionAfter(known), floor };
    await this.#write(activity);
    active.set(activity);
    residents.raiseFloor(viewer, floor);
  }

  /**
   * Memory follows only what is certain. If any shard has left meanwhile the caller begins again, for
   * this one may have gone and come back.
   */
  async #write(activity: Activity): Promise<void> {
    const { ownership, rows } = this.#deps;
    const shard = shardOf(activity.viewer);
    const term = ownership.term();
    const isOwner = () => ownership.owns(shard) && ownership.term() === term && term !== 0;
    if (isOwner()) {
      await rows.write(activity);
      if (isOwner()) return;
    }
    const metadata = { shard: String(shard) };
    throw unavailable(`shard ${shard} may belong elsewhere now`, { reason: NOT_OWNER, metadata });
  }

  /** By the clock in microseconds, which keeps epochs apart; above the last one, whatever the clock. */
  #versionAfter(known: Activity | undefined): bigint {
    const now = BigInt(Math.floor(this.#deps.clock.nowMs())) * 1_000n;
    const last = known?.version ?? 0n;
    return now > last ? now : last + 1n;
  }
}
