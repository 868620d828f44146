import { COUNTERS } from "../../../model/metrics.ts";
import type { Clock } from "../../clock/clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { CounterSeries } from "../../telemetry/series.ts";
import { HeldUntil } from "./held-until.ts";
import type { Lease, LeaseTimes } from "./lease.ts";
import { LEASE_TIMES } from "./lease.ts";
import { type LeaseHolder, type LeaseRows, RELEASED } from "./lease-rows.ts";

export interface LeaseKeeperOptions {
  readonly rows: LeaseRows;
  /** Who holds it, for others to read: an address. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** 0 to 1. */
  readonly random: () => number;
  readonly times?: LeaseTimes;
}

/** Keeps a lease renewed; when it was lost, takes a new one, of a new generation. */
export interface LeaseKeeper {
  /** The lease in hand. It may have ended: ask it. */
  readonly lease: Lease;
  /**
   * Tells whoever reads the lease that this process will leave; it is held, and renewed, until `close`. Resolves
   * when it can be read. UNAVAILABLE: nobody knows whether it can; the next renewal says it once more.
   */
  announceLeaving(): Promise<void>;
  /** Leaves in order: others may take over at once. */
  close(): Promise<void>;
}

const RENEWALS_PER_DURATION = 4;
/** Until a renewal of unknown outcome is sent again, as a part of the duration. */
const RETRIES_PER_DURATION = 40;

/** Takes a lease. Rejects with UNAVAILABLE when the store cannot be asked. */
export async function keepLease(options: LeaseKeeperOptions): Promise<LeaseKeeper> {
  const keeper = new Keeper(options);
  await keeper.start();
  return keeper;
}

class Keeper implements LeaseKeeper {
  lease: RenewableLease;
  readonly #options: LeaseKeeperOptions;
  readonly #times: LeaseTimes;
  readonly #losses: CounterSeries | undefined;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #isLeaving = false;
  /** Renewals go one after another. */
  #line: Promise<void> = Promise.resolve();

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#times = options.times ?? LEASE_TIMES;
    this.#losses = options.metrics?.counter(COUNTERS.leaseLosses).series();
    this.lease = this.#newLease();
  }

  async start(): Promise<void> {
    await this.lease.acquire(false);
    this.#loop = this.#run();
  }

  announceLeaving(): Promise<void> {
    this.#isLeaving = true;
    return this.#renew();
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("the lease is being released"));
    await this.#loop;
    await this.#line;
    try {
      await this.lease.release();
    } catch (error) {
      this.#options.log.warn({ err: error }, "lease not released: others will wait until it ends");
    }
  }

  /**
   * A renewal that nobody knows the outcome of is no loss: the lease is lost when another has it. Until then
   * it is renewed again, soon, however long that takes.
   */
  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { durationMs } = this.#times;
    const { signal } = this.#stopping;
    let isKnown = true;
    while (!signal.aborted) {
      try {
        await clock.delay(
          isKnown ? this.lease.dueInMs() : durationMs / RETRIES_PER_DURATION,
          signal,
        );
        await this.#renew();
        if (!isKnown) log.info("lease renewed");
        isKnown = true;
      } catch (error) {
        if (signal.aborted) return;
        if (isKnown) log.warn({ err: error }, "lease not renewed, will try again until it is");
        isKnown = false;
      }
    }
  }

  #renew(): Promise<void> {
    const renewing = this.#line.then(async () => {
      if (!(await this.lease.renew(this.#isLeaving))) await this.#replace();
    });
    this.#line = renewing.catch(() => {});
    return renewing;
  }

  async #replace(): Promise<void> {
    const generation = String(this.lease.generation);
    this.#losses?.add();
    this.#options.log.error({ generation }, "lease lost: another has taken over");
    const next = this.#newLease();
    await next.acquire(this.#isLeaving);
    this.lease = next;
  }

  #newLease(): RenewableLease {
    const { rows, holder, clock, random } = this.#options;
    const generation = newGeneration(clock.nowMs(), random);
    const held = new HeldUntil(clock, this.#times);
    return new RenewableLease({ rows, holder, held, generation });
  }
}

interface LeaseParts {
  readonly rows: LeaseRows;
  readonly holder: string;
  readonly held: HeldUntil;
  readonly generation: bigint;
}

class RenewableLease implements Lease {
  readonly generation: bigint;
  readonly #rows: LeaseRows;
  readonly #holder: string;
  readonly #held: HeldUntil;
  /** Of the last renewal whose outcome is known. */
  #renewals = 0n;
  /** The next one, once it was sent. */
  #pending: PendingRenewal | undefined;
  #isLost = false;

  constructor({ rows, holder, held, generation }: LeaseParts) {
    this.generation = generation;
    this.#rows = rows;
    this.#holder = holder;
    this.#held = held;
  }

  isHeld(): boolean {
    return this.#held.isHeld();
  }

  /** Until the next renewal should be sent, ms. */
  dueInMs(): number {
    return this.#held.dueInMs(RENEWALS_PER_DURATION);
  }

  async acquire(leaving: boolean): Promise<void> {
    const renewed = this.#held.renewing();
    if (!(await this.#rows.create(this.#saying(leaving)))) {
      throw unavailable(`generation ${this.generation} was used before`);
    }
    renewed();
  }

  /** False when the lease is lost. UNAVAILABLE: nobody knows; call again. */
  async renew(leaving: boolean): Promise<boolean> {
    if (this.#isLost) return false;
    this.#pending ??= { renewed: this.#held.renewing(), leaving };
    const { renewed, leaving: said } = this.#pending;
    const next = this.#renewals + 1n;
    if (!(await this.#rows.renew(this.#saying(said), this.#renewals, next))) {
      this.#isLost = true;
      this.#held.end();
      return false;
    }
    this.#renewals = next;
    this.#pending = undefined;
    renewed();
    // One whose outcome was unknown says what it said when it was sent first.
    return said === leaving || this.renew(leaving);
  }

  /** After a renewal of unknown outcome the row may say either number. */
  async release(): Promise<void> {
    this.#held.end();
    const seen = this.#pending ? [this.#renewals, this.#renewals + 1n] : [this.#renewals];
    for (const renewals of seen) {
      if (await this.#rows.renew(this.#saying(true), renewals, RELEASED)) return;
    }
  }

  #saying(leaving: boolean): LeaseHolder {
    return { generation: this.generation, holder: this.#holder, leaving };
  }
}

/** What any of its attempts writes: any of them may be the one that was applied. */
interface PendingRenewal {
  readonly leaving: boolean;
  /** Counts it, from when it was first sent. */
  readonly renewed: () => void;
}

const RANDOM_BITS = 20n;

/** Rises with time and is unlike any other: 43 bits of Unix ms, 20 random ones. */
function newGeneration(nowMs: number, random: () => number): bigint {
  return (BigInt(nowMs) << RANDOM_BITS) | BigInt(Math.floor(random() * 2 ** Number(RANDOM_BITS)));
}

/** When a generation began, Unix ms, by the clock of its holder. */
export function generationTimeMs(generation: bigint): number {
  return Number(generation >> RANDOM_BITS);
}
