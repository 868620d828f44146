import type { Clock } from "../../clock/clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { HeldUntil } from "./held-until.ts";
import type { Lease, LeaseTimes } from "./lease.ts";
import { LEASE_TIMES } from "./lease.ts";
import { type LeaseRows, RELEASED } from "./lease-rows.ts";

export interface LeaseKeeperOptions {
  readonly rows: LeaseRows;
  /** Who holds it, for others to read: an address. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1. */
  readonly random: () => number;
  readonly times?: LeaseTimes;
}

/** Keeps a lease renewed; when it was lost, takes a new one, of a new generation. */
export interface LeaseKeeper {
  /** The lease in hand. It may have ended: ask it. */
  readonly lease: Lease;
  /** Leaves in order: others may take over at once. */
  close(): Promise<void>;
}

const RENEWALS_PER_DURATION = 4;

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
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#times = options.times ?? LEASE_TIMES;
    this.lease = this.#newLease();
  }

  async start(): Promise<void> {
    await this.lease.acquire();
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("the lease is being released"));
    await this.#loop;
    try {
      await this.lease.release();
    } catch (error) {
      this.#options.log.warn({ err: error }, "lease not released: others will wait until it ends");
    }
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await clock.delay(this.#times.durationMs / RENEWALS_PER_DURATION, this.#stopping.signal);
        if (await this.lease.renew()) continue;
        log.error(
          { generation: String(this.lease.generation) },
          "lease lost: another has taken over",
        );
        const next = this.#newLease();
        await next.acquire();
        this.lease = next;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        log.warn({ err: error }, "lease not renewed, will try again");
      }
    }
  }

  #newLease(): RenewableLease {
    const { rows, holder, clock, random } = this.#options;
    const generation = newGeneration(clock.nowMs(), random);
    return new RenewableLease(rows, holder, new HeldUntil(clock, this.#times), generation);
  }
}

class RenewableLease implements Lease {
  readonly generation: bigint;
  readonly #rows: LeaseRows;
  readonly #holder: string;
  readonly #held: HeldUntil;
  #renewals = 0n;

  constructor(rows: LeaseRows, holder: string, held: HeldUntil, generation: bigint) {
    this.#rows = rows;
    this.#holder = holder;
    this.#held = held;
    this.generation = generation;
  }

  isHeld(): boolean {
    return this.#held.isHeld();
  }

  async acquire(): Promise<void> {
    const renewed = this.#held.renewing();
    if (!(await this.#rows.create(this.generation, this.#holder))) {
      throw unavailable(`generation ${this.generation} was used before`);
    }
    renewed();
  }

  /** False when the lease is lost. */
  async renew(): Promise<boolean> {
    const renewed = this.#held.renewing();
    const next = this.#renewals + 1n;
    if (!(await this.#rows.renew(this.generation, this.#holder, this.#renewals, next))) {
      this.#held.end();
      return false;
    }
    this.#renewals = next;
    renewed();
    return true;
  }

  async release(): Promise<void> {
    this.#held.end();
    await this.#rows.renew(this.generation, this.#holder, this.#renewals, RELEASED);
  }
}

const RANDOM_BITS = 20n;

/** Rises with time and is unlike any other: 43 bits of Unix ms, 20 random ones. */
function newGeneration(nowMs: number, random: () => number): bigint {
  return (BigInt(nowMs) << RANDOM_BITS) | BigInt(Math.floor(random() * 2 ** Number(RANDOM_BITS)));
}
