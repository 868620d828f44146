import type { AppendTally } from "../../domain/rings/append-all.ts";
import { createVerdicts, type UnsyncedGroups, type Verdicts } from "../../domain/rings/classify.ts";
import { highHalf, lowHalf } from "../../domain/halves.ts";
import type { RingEntry } from "../../domain/rings/ring-memory.ts";
import type { Rings } from "../../domain/rings/rings.ts";
import { isId } from "../../../model/ids.ts";
import type { AppendBatch, AppendCounts, PostAppendHot } from "../../ports.ts";
import type { GroupCommit } from "./group-commit.ts";
import { FLOOR } from "./records.ts";
import { inOrder } from "./viewer-lists.ts";

/** One AppendEntries call on its way. */
interface AppendCall {
  readonly tally: AppendTally;
  /** The last group that the answer depends on. */
  done: Promise<void> | undefined;
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
  #slots = new Int32Array(0);
  #verdicts: Verdicts = createVerdicts(0);
  /** The group that last logged a floor, until it is durable. */
  #floors: Promise<void> | undefined;

  constructor(rings: Rings, commit: GroupCommit) {
    this.#rings = rings;
    this.#commit = commit;
  }

  /** @throws RangeError when a post id is none */
  async append(batch: AppendBatch): Promise<AppendCounts> {
    const tally: AppendTally = { inserted: 0, duplicates: 0, dropped: 0 };
    const call: AppendCall = { tally, done: undefined, unsure: [] };
    let { appends } = batch;
    for (;;) {
      for (const append of appends) {
        while (this.#commit.isFull) await this.#commit.whenRotated();
        this.#commit.check();
        this.#take(append, call);
      }
      if (call.done !== undefined) await call.done;
      if (call.unsure.length === 0) break;
      appends = call.unsure;
      call.unsure = [];
      call.done = undefined;
    }
    const { inserted, duplicates, dropped } = tally;
    return { appended: inserted, duplicates, dropped, deactivated: 0 };
  }

  #take(append: PostAppendHot, call: AppendCall): void {
    if (!isId(append.postId)) throw new RangeError(`post_id is ${append.postId}, no id`);
    const list = inOrder(append.viewers);
    if (list.count > this.#slots.length) this.#makeRoom(list.count);
    const entry: RingEntry = {
      postLow: lowHalf(append.postId),
      postHigh: highHalf(append.postId),
      authorLow: lowHalf(append.authorId),
      authorHigh: highHalf(append.authorId),
      deleted: append.deleted,
    };
    const { pending } = this.#commit;
    const slots = this.#slots;
    const verdicts = this.#verdicts;
    const unsynced = this.#unsyncedWith(entry);
    this.#rings.table.findAll(list.viewers, list.count, slots);
    this.#rings.classify(slots, list.count, entry, pending.number, unsynced, verdicts);
    call.tally.duplicates += verdicts.duplicates + list.repeats;
    call.tally.dropped += verdicts.inactive + verdicts.belowCount;
    if (verdicts.acceptedCount > 0) {
      const { accepted, acceptedCount } = verdicts;
      pending.append(entry, list.viewers, accepted, acceptedCount, slots, call.tally);
      call.done = this.#commit.commit();
    }
    if (verdicts.belowCount > 0) this.#relyOnFloors(slots, verdicts, call);
    if (verdicts.unsureCount > 0) this.#askAgain(append, list.viewers, verdicts, call);
  }

  /** The unsynced groups when one of them names this post (rule 3.6). */
  #unsyncedWith(entry: RingEntry): UnsyncedGroups | undefined {
    const { pending, syncing } = this.#commit;
    const inPending = pending.names(entry.postLow, entry.postHigh);
    if (!inPending && !syncing?.names(entry.postLow, entry.postHigh)) return undefined;
    return { pending: pending.number, syncing: syncing?.number ?? 0 };
  }

  /** A drop is answered only when the floor that it relies on is durable. */
  #relyOnFloors(slots: Int32Array, verdicts: Verdicts, call: AppendCall): void {
    for (let i = 0; i < verdicts.belowCount; i++) {
      this.relyOnFloor(slots[verdicts.below[i]]);
    }
    call.done ??= this.#floors;
  }
}
