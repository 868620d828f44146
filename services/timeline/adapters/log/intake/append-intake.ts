import { isId } from "../../../../model/ids.ts";
import { highHalf, lowHalf } from "../../../domain/halves.ts";
import type { AppendTally } from "../../../domain/rings/append-all.ts";
import { createVerdicts, type Verdicts } from "../../../domain/rings/classify.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import type { Rings } from "../../../domain/rings/rings.ts";
import type { AppendBatch, AppendCounts, PostAppendHot } from "../../../ports.ts";
import type { FloorLog } from "../commit/floor-log.ts";
import type { GroupCommit } from "../commit/group-commit.ts";
import type { Watchers } from "../watchers.ts";
import { inOrder } from "./viewer-lists.ts";

/** One AppendEntries call on its way. */
interface AppendCall {
  readonly tally: AppendTally;
  /** The groups that the answer depends on. */
  waits: Promise<void>[];
  /** Deliveries to ask again about once the groups that may hold them are durable. */
  unsure: PostAppendHot[];
}

/**
 * The way of deliveries into the log: each is checked against its ring first, so that the log holds
 * only what is new, and waits for the sync of the group that it, or its original, is in.
 */
export class AppendIntake {
  readonly #rings: Rings;
  readonly #commit: GroupCommit;
  readonly #floors: FloorLog;
  readonly #watchers: Pick<Watchers, "onWatched" | "tell">;
  /** Deliveries not taken since the start. */
  readonly dropped = { inactive: 0, belowFloor: 0 };
  /** The last of the calls that wait for room. */
  #line: Promise<void> | undefined;
  #slots = new Int32Array(0);
  #verdicts: Verdicts = createVerdicts(0);

  constructor(
    rings: Rings,
    commit: GroupCommit,
    floors: FloorLog,
    watchers: Pick<Watchers, "onWatched" | "tell">,
  ) {
    this.#rings = rings;
    this.#commit = commit;
    this.#floors = floors;
    this.#watchers = watchers;
  }

  /** @throws RangeError when a post id is none, or a list of viewers has an odd length */
  async append(batch: AppendBatch): Promise<AppendCounts> {
    batch.appends.forEach(checkAppend);
    const tally: AppendTally = { inserted: 0, duplicates: 0, dropped: 0 };
    const call: AppendCall = { tally, waits: [], unsure: [] };
    let { appends } = batch;
    while (appends.length > 0) {
      await this.#takeAll(appends, call);
      await (call.waits.length === 1 ? call.waits[0] : Promise.all(call.waits));
      call.waits = [];
      appends = call.unsure;
      call.unsure = [];
    }
    this.#watchers.tell();
    const { inserted, duplicates, dropped } = tally;
    return { appended: inserted, duplicates, dropped, deactivated: 0 };
  }

  /**
   * Takes all posts into the log, as groups have room. A call that waits for room is not overtaken:
   * posts that come in order are far cheaper to rings.
   */
  async #takeAll(appends: readonly PostAppendHot[], call: AppendCall): Promise<void> {
    let next = 0;
    if (this.#line === undefined) {
      while (next < appends.length && !this.#commit.isFull) this.#take(appends[next++], call);
    }
    if (next === appends.length) return;
    const before = this.#line;
    const turn = Promise.withResolvers<void>();
    this.#line = turn.promise;
    try {
      await before;
      for (const append of appends.slice(next)) {
        while (this.#commit.isFull) await this.#commit.whenRotated();
        this.#take(append, call);
      }
    } finally {
      if (this.#line === turn.promise) this.#line = undefined;
      turn.resolve();
    }
  }

  #take(append: PostAppendHot, call: AppendCall): void {
    this.#commit.check();
    const { viewers, count, repeats } = inOrder(append.viewers);
    if (count > this.#slots.length) this.#makeRoom(count);
    const { pending } = this.#commit;
    const slots = this.#slots;
    const verdicts = this.#verdicts;
    const entry = ringEntry(append.postId, append.authorId, append.deleted);
    const unsynced = this.#commit.unsyncedWith(entry);
    this.#rings.table.findAll(viewers, count, slots);
    this.#rings.classify(slots, count, entry, pending.number, unsynced, verdicts);
    call.tally.duplicates += verdicts.duplicates + repeats;
    call.tally.dropped += verdicts.inactive + verdicts.belowCount;
    this.dropped.inactive += verdicts.inactive;
    this.dropped.belowFloor += verdicts.belowCount;
    if (verdicts.belowCount > 0) this.#relyOnFloors(entry, verdicts, call);
    if (verdicts.unsureCount > 0) {
      call.unsure.push({
        ...append,
        viewers: pick(viewers, verdicts.unsure, verdicts.unsureCount),
      });
      call.waits.push(this.#commit.whenUnsyncedDone());
    }
    if (verdicts.acceptedCount > 0) {
      const { accepted, acceptedCount } = verdicts;
      pending.append(entry, viewers, accepted, acceptedCount, slots, call.tally);
      waitFor(call, this.#commit.commit());
    }
  }

  /** What came so late that the ring has no room for it is on pages all the same, and so on live streams. */
  #relyOnFloors(entry: RingEntry, { below, belowCount }: Verdicts, call: AppendCall): void {
    for (let i = 0; i < belowCount; i++) {
      const slot = this.#slots[below[i]];
      if (!entry.deleted && this.#rings.isWatched(slot)) this.#watchers.onWatched(slot, entry);
      const logged = this.#floors.relyOn(slot);
      if (logged !== undefined) waitFor(call, logged);
    }
  }

  #makeRoom(count: number): void {
    this.#slots = new Int32Array(2 * count);
    this.#verdicts = createVerdicts(2 * count);
  }
}

function waitFor(call: AppendCall, done: Promise<void>): void {
  if (call.waits.at(-1) !== done) call.waits.push(done);
}

function checkAppend({ postId, viewers }: PostAppendHot): void {
  if (!isId(postId)) throw new RangeError(`post_id is ${postId}: it must be 1 to 2^63-1`);
  if ((viewers.length & 1) === 0) return;
  throw new RangeError(`viewers has ${viewers.length} halves: it must be pairs`);
}

function pick(viewers: Uint32Array, chosen: Int32Array, count: number): Uint32Array {
  const picked = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    picked[2 * i] = viewers[2 * chosen[i]];
    picked[2 * i + 1] = viewers[2 * chosen[i] + 1];
  }
  return picked;
}

/** The entry in halves. */
export function ringEntry(postId: bigint, authorId: bigint, deleted: boolean): RingEntry {
  return {
    postLow: lowHalf(postId),
    postHigh: highHalf(postId),
    authorLow: lowHalf(authorId),
    authorHigh: highHalf(authorId),
    deleted,
  };
}
