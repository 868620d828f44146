import type { Clock } from "../../clock/clock.ts";
import { inParallel } from "../../concurrency/in-parallel.ts";
import { settleWithin } from "../../concurrency/settle-within.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { LeaseKeeper } from "../leases/lease-keeper.ts";
import { type Member, nextPart, planShards, type ShardRow } from "./assignment.ts";
import { handOver, type Leaver } from "./hand-over.ts";
import type { Members } from "./members.ts";
import type { Ownership, ShardMapView } from "./ownership.ts";
import { ServedShards } from "./served-shards.ts";
import { byBucket, type ShardRows } from "./shard-rows.ts";
import { ShownMap } from "./shown-map.ts";

export interface LeasedOwnershipOptions {
  readonly keeper: LeaseKeeper;
  readonly members: Pick<Members, "alive">;
  readonly shardRows: Pick<ShardRows, "shardCount" | "list" | "take" | "give">;
  /** Where this process is reached, host:port. */
  readonly address: string;
  /** Loads shards, before anything of them is served. */
  readonly load: (shards: readonly number[]) => Promise<void>;
  /**
   * Before shards are handed over in order: takes no more calls for them, and resolves when those that it has
   * taken are answered. They are waited for up to a tick.
   */
  readonly finish?: (shards: readonly number[]) => Promise<void>;
  /** Forgets what is in memory of shards that are no longer served. */
  readonly unload: (shards: readonly number[]) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two looks at who is alive and who owns what, ms. */
  readonly tickMs: number;
}

interface Look {
  readonly rows: ShardRow[];
  /** This process too. */
  readonly alive: readonly Member[];
}

/**
 * Who waits for shards of the living looks so much oftener, for they are nobody's from when they are given until they
 * are taken; but not for longer than it takes others to look twice, and give. Who leaves takes longer.
 */
const SOON_PER_TICK = 5;
const MAX_SOON_LOOKS = 2 * SOON_PER_TICK;
const MAX_LOOKS_AT_LEAVERS = 10 * SOON_PER_TICK;

/** Conditional batches in flight; those of one partition wait for each other anyway. */
const PARALLEL_CHANGES = 8;

/**
 * This process among those that share the shards by lease, keeping its part of them. Start it
 * with one `tick`, so that it serves when that resolves, and then `run`.
 */
export class LeasedOwnership implements Ownership {
  readonly #options: LeasedOwnershipOptions;
  readonly #served: ServedShards;
  readonly #stopped = new AbortController();
  readonly #shown = new ShownMap();
  #generation = 0n;
  /** Given away, as far as this process is concerned. */
  readonly #given = new Set<number>();
  /** Looks in a row after which shards were on their way, and none had moved; and the most that are soon. */
  #awaiting = 0;
  #mostAwaiting = MAX_SOON_LOOKS;
  #ticking: Promise<void> = Promise.resolve();

  constructor(options: LeasedOwnershipOptions) {
    this.#options = options;
    this.#served = new ServedShards(options.shardRows.shardCount);
  }

  get servedCount(): number {
    return this.#served.count;
  }

  owns(shard: number): boolean {
    return this.#served.has(shard);
  }

  ownsAll(): boolean {
    return this.#served.isAll;
  }

  /** 0 while the lease is in doubt, also when it was renewed under another generation. */
  term(): number {
    const { lease } = this.#options.keeper;
    return lease.generation === this.#generation && lease.isHeld() ? this.#served.departures : 0;
  }

  ownerOf(shard: number): string | undefined {
    return this.#shown.ownerOf(shard);
  }

  map(): ShardMapView | undefined {
    return this.#shown.view();
  }

  /**
   * Hands the shards over while it serves what it has not given yet, as far as that can be done in the time; then
   * `close`. No look of its own takes anything from now on.
   */
  async leave(withinMs: number): Promise<void> {
    this.#stopped.abort(new Error("the process is leaving"));
    const { clock, tickMs, log } = this.#options;
    const times = { clock, tickMs, soonMs: tickMs / SOON_PER_TICK, withinMs };
    const handingOver = this.#ticking.catch(() => {}).then(() => handOver(this.#leaver(), times));
    const left = await settleWithin(handingOver, withinMs, clock);
    if (left.kind === "done") return;
    const err = left.kind === "failed" ? left.error : new Error("it took too long");
    log.warn({ err }, "could not hand over all shards: others find them a little later");
  }

  /** Leaves in order: the lease is released, so that others take over at once. */
  async close(): Promise<void> {
    this.#stopped.abort(new Error("the process is closing"));
    // A look that fails is `run`'s to tell; the lease is released all the same.
    await this.#ticking.catch(() => {});
    this.#stopServing(this.#served.all());
    await this.#options.keeper.close();
  }

  async run(): Promise<void> {
    const { clock, tickMs, log } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const isSoon = this.#awaiting > 0 && this.#awaiting <= this.#mostAwaiting;
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
    const { shardRows } = this.#options;
    const self = this.#self();
    if (self.generation !== this.#generation) {
      this.#stopServing(this.#served.all());
      this.#generation = self.generation;
    }
    const { rows, alive } = await this.#look(self);
    const { give, take, isAwaiting } = planShards(rows, alive, self);
    const part = nextPart(give, rows);
    const isLeft = alive.some(({ leaving }) => leaving === true);
    const isMoving = isAwaiting || isLeft || part.length < give.length;
    const before = part.length + take.length > 0 ? 0 : this.#awaiting;
    this.#awaiting = isMoving ? before + 1 : 0;
    this.#mostAwaiting = isLeft ? MAX_LOOKS_AT_LEAVERS : MAX_SOON_LOOKS;
    await this.#giveInOrder(rows, part, self);
    await inParallel(PARALLEL_CHANGES, byBucket(take), async (some) => {
      if (!(await shardRows.take(some, self))) return;
      for (const row of some) rows[row.shard] = { ...row, ...self };
    });
    await this.#serve(rows, self);
    this.#show(rows, alive);
  }

  #self(): Member {
    const { keeper, address } = this.#options;
    return { generation: keeper.lease.generation, address };
  }

  /**
   * In this order: who is named in a row was a member before, so that nobody who has just joined is taken
   * for dead.
   */
  async #look(self: Member): Promise<Look> {
    const { members, shardRows, clock } = this.#options;
    const rows = await shardRows.list();
    return { rows, alive: await members.alive(self, clock) };
  }

  #leaver(): Leaver {
    const { keeper } = this.#options;
    let last: Look = { rows: [], alive: [] };
    return {
      look: async () => {
        const self = this.#self();
        last = await this.#look(self);
        const { rows, alive } = last;
        this.#show(rows, alive);
        // Under another generation nothing is ours any more.
        const isOurs = self.generation === this.#generation;
        const own = rows.filter(({ generation }) => isOurs && generation === self.generation);
        const others = alive.filter(({ generation }) => generation !== self.generation);
        return { rows, own, others };
      },
      announce: () => keeper.announceLeaving(),
      give: async (part) => {
        await this.#giveInOrder(last.rows, part, this.#self());
        this.#show(last.rows, last.alive);
      },
    };
  }

  /** To somebody who joins as by somebody who leaves: what has been taken is answered first, for up to a tick. */
  async #giveInOrder(rows: ShardRow[], give: readonly ShardRow[], self: Member): Promise<void> {
    const { finish = async () => {}, clock, tickMs } = this.#options;
    const shards = give.map(({ shard }) => shard);
    if (shards.length > 0) await settleWithin(finish(shards), tickMs, clock);
    await this.#giveAway(rows, give, self);
  }

  /**
   * Whatever the answer, these are not ours to serve. Without an answer they may still be given away
   * at any time: then they are given again until there is one, also if they should come back.
   */
  async #giveAway(rows: ShardRow[], give: readonly ShardRow[], self: Member): Promise<void> {
    for (const { shard } of give) this.#given.add(shard);
    this.#stopServing([...this.#given]);
    const ours = rows.filter(
      ({ shard, generation }) => this.#given.has(shard) && generation === self.generation,
    );
    await inParallel(PARALLEL_CHANGES, byBucket(ours), async (some) => {
      await this.#options.shardRows.give(some);
      for (const row of some) rows[row.shard] = { ...row, generation: 0n, address: "" };
    });
    this.#given.clear();
  }

  /** Serves every shard that is ours, once it is loaded: also those whose load failed before. */
  async #serve(rows: readonly ShardRow[], self: Member): Promise<void> {
    const fresh = rows
      .filter(({ generation, shard }) => generation === self.generation && !this.owns(shard))
      .map(({ shard }) => shard);
    if (fresh.length === 0) return;
    await this.#options.load(fresh);
    if (this.#options.keeper.lease.generation !== self.generation) return;
    this.#served.add(fresh);
  }

  #stopServing(shards: readonly number[]): void {
    const gone = this.#served.remove(shards);
    if (gone.length > 0) this.#options.unload(gone);
  }

  #show(rows: readonly ShardRow[], alive: readonly Member[]): void {
    this.#shown.show(rows, alive, this.#options.clock.nowMs());
  }
}
