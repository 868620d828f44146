import { invariant } from "../../../model/invariant.ts";
import type { Clock } from "../../clock/clock.ts";
import { inParallel } from "../../concurrency/in-parallel.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { LeaseKeeper } from "../leases/lease-keeper.ts";
import { type Member, planShards, type ShardRow } from "./assignment.ts";
import type { Members } from "./members.ts";
import type { Ownership, ShardMapView } from "./ownership.ts";
import { bucketOf, type ShardRows } from "./shard-rows.ts";

export interface LeasedOwnershipOptions {
  readonly keeper: LeaseKeeper;
  readonly members: Pick<Members, "alive">;
  readonly shardRows: Pick<ShardRows, "shardCount" | "list" | "take" | "give">;
  /** Where this process is reached, host:port. */
  readonly address: string;
  /** Loads shards, before anything of them is served. */
  readonly load: (shards: readonly number[]) => Promise<void>;
  /** Forgets what is in memory of shards that are no longer served. */
  readonly unload: (shards: readonly number[]) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two looks at who is alive and who owns what, ms. */
  readonly tickMs: number;
}

/**
 * Who waits for shards of the living looks so much oftener, for they are nobody's from when they are given until they
 * are taken; but not for longer than it takes others to look twice, and give.
 */
const SOON_PER_TICK = 5;
const MAX_SOON_LOOKS = 2 * SOON_PER_TICK;

/** Conditional batches in flight; those of one partition wait for each other anyway. */
const PARALLEL_CHANGES = 8;

/**
 * This process among those that share the shards by lease, keeping its part of them. Start it
 * with one `tick`, so that it serves when that resolves, and then `run`.
 */
export class LeasedOwnership implements Ownership {
  readonly #options: LeasedOwnershipOptions;
  readonly #served: Uint8Array;
  readonly #stopped = new AbortController();
  #addresses: readonly string[] = [];
  #servedCount = 0;
  #generation = 0n;
  #departures = 1;
  /** Given away, as far as this process is concerned. */
  readonly #leaving = new Set<number>();
  #version = 0;
  /** Looks in a row, up to now, after which shards of the living were awaited. */
  #awaiting = 0;
  #ticking: Promise<void> = Promise.resolve();

  constructor(options: LeasedOwnershipOptions) {
    this.#options = options;
    this.#served = new Uint8Array(options.shardRows.shardCount);
  }

  get servedCount(): number {
    return this.#servedCount;
  }

  owns(shard: number): boolean {
    return this.#served[shard] === 1;
  }

  ownsAll(): boolean {
    return this.#servedCount === this.#served.length;
  }

  /** 0 while the lease is in doubt, also when it was renewed under another generation. */
  term(): number {
    const { lease } = this.#options.keeper;
    return lease.generation === this.#generation && lease.isHeld() ? this.#departures : 0;
  }

  ownerOf(shard: number): string | undefined {
    return this.#addresses[shard] || undefined;
  }

  map(): ShardMapView | undefined {
    if (this.#version === 0) return undefined;
    const shardsByAddress = new Map<string, number[]>();
    this.#addresses.forEach((address, shard) => {
      shardsByAddress.getOrInsertComputed(address, () => []).push(shard);
    });
    const owners = [...shardsByAddress].map(([address, shards]) => ({ address, shards }));
    return { version: this.#version, owners };
  }

  /** Leaves in order: the lease is released, so that others take over at once. */
  async close(): Promise<void> {
    this.#stopped.abort(new Error("the process is closing"));
    // A look that fails is `run`'s to tell; the lease is released all the same.
    await this.#ticking.catch(() => {});
    this.#stopServing(this.#allServed());
    await this.#options.keeper.close();
  }

  async run(): Promise<void> {
    const { clock, tickMs, log } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const isSoon = this.#awaiting > 0 && this.#awaiting <= MAX_SOON_LOOKS;
        await clock.delay(isSoon ? tickMs / SOON_PER_TICK : tickMs, signal);
        this.#ticking = this.tick();
        await this.#ticking;
      } catch (error) {
        this.#ticking = Promise.resolve();
        if (!signal.aborted) log.warn({ err: error }, "could not look after the shards");
      }
    }
  }

  /** One look: gives what belongs elsewhere, takes what belongs here and has no living owner. */
  async tick(): Promise<void> {
    const { keeper, members, shardRows, clock, address } = this.#options;
    const self: Member = { generation: keeper.lease.generation, address };
    if (self.generation !== this.#generation) {
      this.#stopServing(this.#allServed());
      this.#generation = self.generation;
    }
    // In this order: who is named in a row was a member before, so that nobody who has just joined
    // is taken for dead.
    const rows = await shardRows.list();
    const alive = await members.alive(self, clock);
    const { give, take, isAwaiting } = planShards(rows, alive, self);
    this.#awaiting = isAwaiting ? this.#awaiting + 1 : 0;
    await this.#giveAway(rows, give, self);
    await inParallel(PARALLEL_CHANGES, byBucket(take), async (some) => {
      if (!(await shardRows.take(some, self))) return;
      for (const row of some) rows[row.shard] = { ...row, ...self };
    });
    await this.#serve(rows, self);
    this.#show(rows, alive);
  }

  /**
   * Whatever the answer, these are not ours to serve. Without an answer they may still be given away
   * at any time: then they are given again until there is one, also if they should come back.
   */
  async #giveAway(rows: ShardRow[], give: readonly ShardRow[], self: Member): Promise<void> {
    for (const { shard } of give) this.#leaving.add(shard);
    this.#stopServing([...this.#leaving]);
    const ours = rows.filter(
      ({ shard, generation }) => this.#leaving.has(shard) && generation === self.generation,
    );
    await inParallel(PARALLEL_CHANGES, byBucket(ours), async (some) => {
      await this.#options.shardRows.give(some);
      for (const row of some) rows[row.shard] = { ...row, generation: 0n, address: "" };
    });
    this.#leaving.clear();
  }

  /** Serves every shard that is ours, once it is loaded: also those whose load failed before. */
  async #serve(rows: readonly ShardRow[], self: Member): Promise<void> {
    const fresh = rows
      .filter(({ generation, shard }) => generation === self.generation && !this.owns(shard))
      .map(({ shard }) => shard);
    if (fresh.length === 0) return;
    await this.#options.load(fresh);
    if (this.#options.keeper.lease.generation !== self.generation) return;
    for (const shard of fresh) this.#served[shard] = 1;
    this.#servedCount += fresh.length;
    invariant(this.#servedCount <= this.#served.length, "a shard is served once");
  }

  #stopServing(shards: readonly number[]): void {
    const ours = shards.filter((shard) => this.owns(shard));
    if (ours.length === 0) return;
    for (const shard of ours) this.#served[shard] = 0;
    this.#servedCount -= ours.length;
    invariant(this.#servedCount >= 0, "a shard that is given up was served");
    this.#departures++;
    this.#options.unload(ours);
  }

  #allServed(): number[] {
    return Array.from(this.#served, (_, shard) => shard).filter((shard) => this.owns(shard));
  }

  #show(rows: readonly ShardRow[], alive: readonly Member[]): void {
    const living = new Set(alive.map(({ generation }) => generation));
    const next = rows.map(({ generation, address }) => (living.has(generation) ? address : ""));
    if (next.every((address, shard) => address === this.#addresses[shard])) return;
    this.#addresses = next;
    // Comparable between processes, since routers ask any of them: the later look wins.
    this.#version = Math.max(this.#version + 1, this.#options.clock.nowMs());
  }
}

/** Rows that change together. */
function byBucket(rows: readonly ShardRow[]): readonly (readonly ShardRow[])[] {
  return [...Map.groupBy(rows, bucketOf).values()];
}
