import { isId, type PostId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { compareHalves, highHalf, lowHalf, userIdOfHalves } from "../../domain/halves.ts";
import type { RingEntry } from "../../domain/rings/ring-memory.ts";
import type { AppendBatch, AppendCounts, EntryKey, PostAppendHot } from "../../ports.ts";
import type { ActiveViewers } from "./active-viewers.ts";
import { COMPLETE } from "./activity-rows.ts";
import type { EntryRows, RowValues } from "./entry-rows.ts";
import type { Residents } from "./residents.ts";
import type { RowToWrite, RowWriter } from "./row-writer.ts";
import type { States } from "./states.ts";

export interface AppendsDeps {
  readonly rows: EntryRows;
  readonly writer: RowWriter;
  readonly active: ActiveViewers;
  readonly residents: Residents;
  readonly states: Pick<States, "lapse">;
  readonly clock: Clock;
  /** The first post id that is in the window now. */
  readonly windowStart: () => bigint;
}

/** A delivery on its way into the store. */
interface DeliveryRow extends RowToWrite {
  readonly low: number;
  readonly high: number;
  /** Of the viewer when the row was made. */
  readonly incarnation: number;
  readonly entry: RingEntry;
}

type Tally = { -readonly [K in keyof AppendCounts]: AppendCounts[K] };

/** If more viewers of one call cannot be reached, the database is to blame and the call fails. */
const MAX_DEACTIVATED = 8;
const ID_BYTES = 8;

/** Deliveries: rows first, then the rings that are resident. */
export class Appends {
  /** Deliveries not taken since the start. */
  readonly dropped = { inactive: 0, belowFloor: 0 };
  readonly #deps: AppendsDeps;

  constructor(deps: AppendsDeps) {
    this.#deps = deps;
  }

  /**
   * A viewer whose row alone cannot be written becomes inactive instead, durably: the next read fills.
   * @throws RangeError when a post id is none, or a list of viewers has an odd length
   */
  async append({ appends }: AppendBatch): Promise<AppendCounts> {
    const tally: Tally = { appended: 0, duplicates: 0, dropped: 0, deactivated: 0 };
    const rows: DeliveryRow[] = [];
    for (const append of appends) this.#collect(append, rows, tally);
    if (rows.length === 0) return tally;
    const lost = await this.#deps.writer.write(rows);
    const unreached = new Set<UserId>();
    for (const row of rows) {
      if (lost.has(row)) unreached.add(userIdOfHalves(row.high, row.low));
      else tally[this.#apply(row)]++;
    }
    this.#deps.residents.trim();
    if (unreached.size > 0) tally.deactivated = await this.#deactivate([...unreached]);
    return tally;
  }

  /** From fills and friend changes: what is there already, or below the floor, is skipped. */
  async addEntries(viewer: UserId, entries: readonly EntryKey[]): Promise<void> {
    const viewers = Uint32Array.of(lowHalf(viewer), highHalf(viewer));
    const rows: DeliveryRow[] = [];
    const tally: Tally = { appended: 0, duplicates: 0, dropped: 0, deactivated: 0 };
    for (const { postId, authorId } of entries) {
      this.#collect({ postId, authorId, deleted: false, viewers }, rows, tally);
    }
    if (rows.length === 0) return;
    const lost = await this.#deps.writer.write(rows);
    for (const row of rows) if (!lost.has(row)) this.#apply(row);
    this.#deps.residents.trim();
    if (lost.size > 0) throw unavailable(`${lost.size} entries could not be written`);
  }

  #collect(
    append: Pick<PostAppendHot, "postId" | "authorId" | "deleted" | "viewers">,
    rows: DeliveryRow[],
    tally: Tally,
  ): void {
    const { postId, authorId, deleted, viewers } = append;
    checkAppend(postId, viewers);
    const { active, residents, clock } = this.#deps;
    const entry = ringEntry(postId, authorId, deleted);
    const { postLow, postHigh } = entry;
    const count = viewers.length >>> 1;
    if (isBelow(this.#deps.windowStart(), postLow, postHigh)) {
      tally.dropped += count;
      this.dropped.belowFloor += count;
      return;
    }
    const columns = this.#deps.rows.columns(postId, authorId, deleted, clock.nowMs());
    const keys = Buffer.allocUnsafe(count * ID_BYTES);
    for (let i = 0; i < count; i++) {
      const low = viewers[2 * i];
      const high = viewers[2 * i + 1];
      const slot = active.find(low, high);
      if (
        slot < 0 ||
        (active.stateOf(slot) === COMPLETE && active.isBelowFloor(slot, postLow, postHigh))
      ) {
        tally.dropped++;
        this.dropped[slot < 0 ? "inactive" : "belowFloor"]++;
      } else if (residents.holds(low, high, entry)) {
        tally.duplicates++;
      } else {
        keys.writeUInt32BE(high, i * ID_BYTES);
        keys.writeUInt32BE(low, i * ID_BYTES + 4);
        const key = keys.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
        const values: RowValues = this.#deps.rows.values(columns, key, active.epochOf(slot));
        const incarnation = active.incarnationOf(slot);
        rows.push({ query: columns.query, values, low, high, incarnation, entry });
      }
    }
  }

  /** A viewer who lapsed meanwhile, even if back again, has begun a timeline without this entry. */
  #apply({ low, high, incarnation, entry }: DeliveryRow): "appended" | "duplicates" | "dropped" {
    const { active, residents } = this.#deps;
    const slot = active.find(low, high);
    if (slot < 0 || active.incarnationOf(slot) !== incarnation) return "dropped";
    return residents.add(low, high, entry, true) ? "appended" : "duplicates";
  }

  async #deactivate(viewers: readonly UserId[]): Promise<number> {
    if (viewers.length > MAX_DEACTIVATED) {
      throw unavailable(`${viewers.length} viewers could not be reached; send it again`);
    }
    return this.#deps.states.lapse(viewers);
  }
}

function isBelow(bound: bigint, postLow: number, postHigh: number): boolean {
  return compareHalves(postHigh, postLow, highHalf(bound), lowHalf(bound)) < 0;
}

function checkAppend(postId: bigint, viewers: Uint32Array): void {
  if (!isId(postId)) throw new RangeError(`post_id is ${postId}: it must be 1 to 2^63-1`);
  if ((viewers.length & 1) === 0) return;
  throw new RangeError(`viewers has ${viewers.length} halves: it must be pairs`);
}

function ringEntry(postId: PostId, authorId: UserId, deleted: boolean): RingEntry {
  return {
    postLow: lowHalf(postId),
    postHigh: highHalf(postId),
    authorLow: lowHalf(authorId),
    authorHigh: highHalf(authorId),
    deleted,
  };
}
