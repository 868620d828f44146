import { GAUGES } from "../../../model/metrics.ts";
import type { Clock } from "../../clock/clock.ts";
import { settleWithin } from "../../concurrency/settle-within.ts";
import { DeadOrAlive } from "../../storage/leases/dead-or-alive.ts";
import { LEASE_TIMES, type Lease, type LeaseTimes } from "../../storage/leases/lease.ts";
import { type LeaseRow, type LeaseRows, NOBODY } from "../../storage/leases/lease-rows.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { CqlOutboxRows } from "./cql-outbox-rows.ts";
import { LAST_BATCH_MS, type Publishing, publishItems } from "./publish-items.ts";

export interface TakeoverOptions extends Publishing {
  readonly leases: Pick<LeaseRows, "list" | "read" | "take" | "looked">;
  readonly rows: Pick<CqlOutboxRows, "readRest" | "removeGeneration">;
  /** Our own lease. */
  readonly lease: () => Lease;
  readonly clock: Clock;
  readonly log: Logger;
  readonly times?: LeaseTimes;
  readonly metrics?: Metrics;
}

/**
 * When to look for what a dead process left: at once, and again later, for writes that its coordinators
 * or hinted handoff delivered late. ms after the takeover.
 */
export const LOOKS_AFTER_MS: readonly number[] = [0, 60_000, 3_600_000, 86_400_000];

/** Positions remembered between looks; beyond that some events are published again, which is allowed. */
const MAX_REMEMBERED = 200_000;

/** How many looks are due `sinceMs` after the takeover. */
export function looksDue(sinceMs: number): number {
  return LOOKS_AFTER_MS.filter((afterMs) => sinceMs >= afterMs).length;
}

/** Publishes what dead processes left in their outboxes. */
export class Takeover {
  readonly #options: TakeoverOptions;
  readonly #verdicts: DeadOrAlive;
  readonly #finished = new Set<bigint>();
  readonly #remembered = new Map<bigint, Set<bigint>>();
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  /** Of others, neither seen to live nor looked into. Before the first round there may be any. */
  #inDoubt = 1;

  constructor(options: TakeoverOptions) {
    this.#options = options;
    this.#verdicts = new DeadOrAlive(options.times ?? LEASE_TIMES);
    options.metrics?.gauge(GAUGES.pendingOutboxes, () => this.#inDoubt);
  }

  /** Checks on the others, again and again, until closed. */
  start(): void {
    this.#loop = this.#run();
  }

  /** What it publishes at this moment has a bound, as with the relay: others look after the rest. */
  async close(): Promise<void> {
    this.#stopping.abort(new Error("the takeover is closing"));
    if (this.#loop) await settleWithin(this.#loop, LAST_BATCH_MS, this.#options.clock);
  }

  /** One round: takes over from the dead, and looks where a look is due. */
  async check(): Promise<void> {
    const own = this.#options.lease().generation;
    const rows = await this.#otherRows(own);
    const now = this.#options.clock.monotonicMs();
    const dead = new Set(
      rows.filter((row) => this.#verdicts.isDead(row, now)).map((row) => row.generation),
    );
    const known = new Set(rows.map((row) => row.generation));
    // What a process left that was killed a moment ago is nobody's until it is known to be dead.
    const isInDoubt = ({ generation, looks }: LeaseRow) =>
      dead.has(generation) ? looks === 0 : !this.#verdicts.hasRenewed(generation);
    this.#inDoubt = rows.filter(isInDoubt).length;
    for (const row of rows) {
      if (!dead.has(row.generation)) continue;
      const isFree =
        row.takenBy === NOBODY ||
        (row.takenBy !== own && (dead.has(row.takenBy) || !known.has(row.takenBy)));
      const taken = isFree ? await this.#take(row, own) : row;
      if (taken?.takenBy === own) await this.#look(taken, own);
    }
  }

  async #otherRows(own: bigint): Promise<readonly LeaseRow[]> {
    const { leases } = this.#options;
    const rows: LeaseRow[] = [];
    for (const generation of await leases.list()) {
      if (generation === own || this.#finished.has(generation)) continue;
      const row = await leases.read(generation);
      if (row) rows.push(row);
      if (row && row.looks >= LOOKS_AFTER_MS.length) this.#finish(generation);
    }
    return rows;
  }

  async #take(row: LeaseRow, own: bigint): Promise<LeaseRow | undefined> {
    const { leases, clock, log } = this.#options;
    const nowMs = clock.nowMs();
    if (!(await leases.take(row, own, nowMs))) return undefined;
    log.warn({ generation: String(row.generation), holder: row.holder }, "took over a dead outbox");
    return { ...row, takenBy: own, takenAtMs: row.takenBy === NOBODY ? nowMs : row.takenAtMs };
  }

  async #look(row: LeaseRow, own: bigint): Promise<void> {
    const { leases, rows, clock } = this.#options;
    const due = looksDue(clock.nowMs() - row.takenAtMs);
    if (due <= row.looks) return;
    await this.#publishRest(row.generation);
    if (due >= LOOKS_AFTER_MS.length) await rows.removeGeneration(row.generation);
    if (!(await leases.looked(row, own, due))) return;
    if (row.looks === 0) this.#inDoubt -= 1;
    if (due >= LOOKS_AFTER_MS.length) this.#finish(row.generation);
  }

  async #publishRest(generation: bigint): Promise<void> {
    const seen = this.#remembered.getOrInsertComputed(generation, () => new Set());
    for await (const page of this.#options.rows.readRest(generation)) {
      const items = page.filter((item) => !seen.has(item.position.position));
      if (items.length === 0) continue;
      await publishItems(this.#options, items);
      if (seen.size < MAX_REMEMBERED) for (const item of items) seen.add(item.position.position);
    }
  }

  #finish(generation: bigint): void {
    this.#finished.add(generation);
    this.#remembered.delete(generation);
    this.#verdicts.forget(generation);
  }

  async #run(): Promise<void> {
    const { clock, log, times = LEASE_TIMES } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.check();
      } catch (error) {
        log.warn({ err: error }, "could not look after dead outboxes, will try again");
      }
      await clock.delay(times.durationMs / 2, this.#stopping.signal).catch(() => {});
    }
  }
}
