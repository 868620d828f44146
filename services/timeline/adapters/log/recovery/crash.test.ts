import { expect, test } from "vitest";
import { appendOf, post, viewer } from "../../../../../test/support/entry-calls.ts";
import { seededRandom } from "../../../../platform/storage/log/testing/random.ts";
import { SimulatedDisk } from "../../../../platform/storage/log/testing/simulated-disk.ts";
import type { RingLimits } from "../../../domain/rings/rings.ts";
import type { PostAppendHot } from "../../../ports.ts";
import type { EmbeddedEntryStore } from "../embedded-entry-store.ts";
import { authorOf, CrashModel } from "../testing/crash-model.ts";
import { openOn } from "../testing/open-on.ts";

const VIEWERS = 5;
const RING_ENTRIES = [8, 64, 128];
const ENOUGH_BYTES = 1 << 20;
const LIVES = 4;
const STEPS = 60;

/** One store between two crashes, driven at random; what it answers goes into the model. */
class Life {
  readonly #store: EmbeddedEntryStore;
  readonly #model: CrashModel;
  readonly #random: () => number;
  readonly #running = new Set<Promise<void>>();
  readonly #busy = new Set<number>();

  constructor(store: EmbeddedEntryStore, model: CrashModel, random: () => number) {
    this.#store = store;
    this.#model = model;
    this.#random = random;
  }

  async run(nextPost: () => bigint): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.#start(nextPost);
      if (this.#random() < 0.2) await Promise.allSettled(this.#running);
      if (this.#random() < 0.1) this.#model.check(this.#store, false);
    }
    await Promise.allSettled(this.#running);
  }

  #start(nextPost: () => bigint): void {
    const dice = this.#random();
    const id = this.#pick(VIEWERS);
    if (dice < 0.7) this.#track(this.#append(nextPost));
    else if (this.#busy.has(id)) return;
    else {
      this.#busy.add(id);
      const change = this.#change(id, dice, nextPost).then(() => void this.#busy.delete(id));
      this.#track(change);
    }
  }

  async #append(nextPost: () => bigint): Promise<void> {
    const appends: PostAppendHot[] = Array.from({ length: 1 + this.#pick(4) }, () => {
      const id = nextPost();
      const count = 1 + this.#pick(2 * VIEWERS);
      const viewers = Array.from({ length: count }, () => 1 + this.#pick(VIEWERS + 1));
      return appendOf(id, viewers, { author: authorOf(id), deleted: this.#random() < 0.1 });
    });
    const deliveries = appends.flatMap(({ postId, deleted, viewers }) =>
      [...new Set(viewers.filter((_, i) => i % 2 === 0))]
        .filter((id) => id <= VIEWERS)
        .map((id) => ({ model: this.#model.viewers[id - 1], postId, deleted })),
    );
    const before = deliveries.map(({ model, postId }) => {
      model.possible.add(postId);
      return model.pendingPhase === undefined && model.phase !== "inactive" ? model.floor : -1n;
    });
    const lives = deliveries.map(({ model }) => model.sure);
    await this.#store.append({ appends });
    for (const [i, { model, postId, deleted }] of deliveries.entries()) {
      if (before[i] < 0n || model.pendingPhase === "inactive" || lives[i] !== model.sure) continue;
      model.sure.set(postId, deleted || model.sure.get(postId) === true);
    }
  }

  async #change(id: number, dice: number, nextPost: () => bigint): Promise<void> {
    const model = this.#model.viewers[id];
    const store = this.#store;
    const who = viewer(id + 1);
    if (dice < 0.82) {
      if (model.phase !== "inactive") return;
      model.pendingPhase = "filling";
      await store.activate(who);
      model.begin();
      model.pendingPhase = undefined;
    } else if (dice < 0.88) {
      if (model.phase === "inactive") return;
      model.pendingPhase = "complete";
      const highest = [...model.possible].reduce((a, b) => (a > b ? a : b), 1n);
      const floor = 1n + BigInt(Math.floor(Number(highest) * this.#random() * 0.5));
      model.pendingFloor = floor > model.floor ? floor : model.floor;
      await store.complete(who, post(floor));
      model.phase = "complete";
      model.floor = model.pendingFloor;
      model.pendingPhase = undefined;
    } else if (dice < 0.91) {
      if (model.phase === "inactive") return;
      model.pendingPhase = "inactive";
      expect(await store.lapse([who])).toBe(1);
      model.end();
      model.pendingPhase = undefined;
    } else {
      const ids = Array.from({ length: 1 + this.#pick(60) }, nextPost);
      const isActive = model.phase !== "inactive";
      for (const postId of ids) model.possible.add(postId);
      const entries = ids.map((postId) => ({
        postId: post(postId),
        authorId: viewer(authorOf(postId)),
      }));
      await store.addEntries(who, entries);
      if (isActive)
        for (const postId of ids) if (!model.sure.has(postId)) model.sure.set(postId, false);
    }
  }

  #pick(below: number): number {
    return Math.floor(this.#random() * below);
  }

  /** After the disk died every call rejects: those promises were not given. */
  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    tracked.catch(() => {});
    this.#running.add(tracked);
  }
}

async function crashAndRecover(
  seed: number,
  { maxRingEntries, maxSlabBytes }: RingLimits,
): Promise<void> {
  const random = seededRandom(seed);
  const model = new CrashModel(VIEWERS, maxRingEntries, maxSlabBytes < ENOUGH_BYTES);
  let disk = new SimulatedDisk();
  let clock = 1_000;
  const nextPost = () => {
    clock += 5;
    const isLate = random() < 0.4;
    return BigInt(isLate ? Math.max(1, clock - Math.floor(random() * 3_000)) : clock);
  };
  for (let life = 0; life < LIVES; life++) {
    const deaths: Error[] = [];
    const store = await openOn(disk, {
      limits: { maxRingEntries, maxSlabBytes },
      maxSegmentBytes: 400,
      snapshotLogBytes: 900,
      snapshotSliceBytes: 600,
      // Nobody lapses but who was asked to: the model knows of no reads.
      sparePart: 0,
      fatal: (error) => deaths.push(error),
    });
    model.check(store, true);
    disk.diesAt = disk.operations + 5 + Math.floor(random() * 150);
    await new Life(store, model, random).run(nextPost);
    if (deaths.length === 0) model.check(store, false);
    disk = disk.afterPowerFailure(random);
  }
}

test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
  "whatever was acknowledged or shown survives crashes, seed %i",
  (seed) => {
    const maxRingEntries = RING_ENTRIES[seed % RING_ENTRIES.length];
    return crashAndRecover(seed, { maxRingEntries, maxSlabBytes: ENOUGH_BYTES });
  },
);

test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
  "and when the slabs are full, seed %i",
  (seed) => crashAndRecover(seed, { maxRingEntries: 128, maxSlabBytes: 12 * 512 }),
);
