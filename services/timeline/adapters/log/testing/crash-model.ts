import { ok as must } from "node:assert/strict";
import { type ReadEntry, readAll, viewer } from "../../../../../test/support/entry-calls.ts";
import { MAX_ID } from "../../../../model/ids.ts";
import { evictedTogether } from "../../../domain/rings/ring-memory.ts";
import type { EntryStore } from "../../../ports.ts";

type Phase = "inactive" | "filling" | "complete";

/** What a viewer's timeline must and may hold, from what was asked, answered and shown. */
class ViewerModel {
  phase: Phase = "inactive";
  /** A change of state whose answer never came: it happened or not. */
  pendingPhase: Phase | undefined;
  floor = 0n;
  pendingFloor = 0n;
  /** Acknowledged in this life of the timeline; true: as deleted. */
  readonly sure = new Map<bigint, boolean>();
  /** Asked for in this life, or so late in the last one that it may have come into this. */
  readonly possible = new Set<bigint>();

  begin(): void {
    this.phase = "filling";
    this.floor = 0n;
    this.sure.clear();
  }

  end(): void {
    this.phase = "inactive";
    this.sure.clear();
    this.possible.clear();
  }
}

/** Knows nothing of rings, groups or slices: only what was promised to whom. */
export class CrashModel {
  readonly viewers: ViewerModel[];
  readonly #maxEntries: number;
  readonly #isShort: boolean;

  /** @param isShort of slabs, so that a ring may evict before it is full */
  constructor(viewerCount: number, maxEntries: number, isShort: boolean) {
    this.#isShort = isShort;
    this.viewers = Array.from({ length: viewerCount }, () => new ViewerModel());
    this.#maxEntries = maxEntries;
  }

  /** Checks every timeline; and takes what it shows as certain from now on. */
  check(store: EntryStore, isReopened: boolean): void {
    for (const [id, model] of this.viewers.entries()) {
      if (isReopened) settlePhase(model, store.state(viewer(id + 1)).kind);
      this.#checkViewer(store, id + 1, model);
    }
  }

  #checkViewer(store: EntryStore, id: number, model: ViewerModel): void {
    const state = store.state(viewer(id));
    const entries = readAll(store, id);
    if (model.pendingPhase === undefined)
      must(state.kind === model.phase, `${state.kind}, not ${model.phase}`);
    if (state.kind === "inactive") {
      must(entries.length === 0, "an inactive timeline has entries");
      return;
    }
    const floor = state.kind === "complete" ? state.floor : 0n;
    this.#checkShape(entries, floor);
    if (model.pendingPhase !== undefined) return;
    must(state.kind !== "complete" || floor >= model.floor, `the floor fell to ${floor}`);
    for (const { post } of entries) must(model.possible.has(post), `nobody sent ${post}`);
    const held = new Map(entries.map((entry) => [entry.post, entry]));
    const lowest = state.kind === "complete" ? floor : this.#lowestWhileFilling(entries);
    for (const [post, isDeleted] of model.sure) {
      if (post < lowest) continue;
      must(held.has(post), `post ${post} of viewer ${id} is lost`);
      must(!isDeleted || held.get(post)?.deleted, `post ${post} is not deleted any more`);
    }
    for (const { post, deleted } of entries) model.sure.set(post, deleted);
  }

  /** While filling nobody sees the floor. An eviction leaves nothing below what is held. */
  #lowestWhileFilling(entries: readonly ReadEntry[]): bigint {
    const mayHaveEvicted =
      this.#isShort || entries.length > this.#maxEntries - 1 - evictedTogether(this.#maxEntries);
    return mayHaveEvicted ? (entries.at(-1)?.post ?? MAX_ID) : 0n;
  }

  #checkShape(entries: readonly ReadEntry[], floor: bigint): void {
    must(entries.length <= this.#maxEntries, `${entries.length} entries`);
    for (const [i, { post, author }] of entries.entries()) {
      must(i === 0 || post < entries[i - 1].post, `${post} is out of order`);
      must(post >= floor, `${post} is below the floor ${floor}`);
      must(author === authorOf(post), `${post} has the author ${author}`);
    }
  }
}

/** Each post has one author, so that a mixed-up entry shows. */
export function authorOf(post: bigint): bigint {
  return (post * 0x9e37_79b9n) % 0x1_0000_0000_00n;
}

/** After a crash an unanswered change of state has happened, or has not. */
function settlePhase(model: ViewerModel, found: Phase): void {
  const pending = model.pendingPhase;
  model.pendingPhase = undefined;
  if (pending === undefined || found === model.phase) return;
  must(found === pending, `${found}, not ${pending}`);
  if (found === "inactive") model.end();
  else if (found === "filling") model.begin();
  else model.floor = model.pendingFloor;
  model.phase = found;
}
