import type { Clock } from "../../../platform/clock/clock.ts";
import { type CasTimes, compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import { HeldUntil } from "../../../platform/storage/leases/held-until.ts";
import type { LeaseTimes } from "../../../platform/storage/leases/lease.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Seat } from "../../ports.ts";
import { SCOPE } from "./schema.ts";

export interface CqlSeatOptions {
  readonly cql: Cql;
  /** This process's address, for callers who come to another. */
  readonly address: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly times?: LeaseTimes;
}

const SEAT_TIMES: LeaseTimes = { durationMs: 4_000, marginMs: 1_000 };
const RENEWALS_PER_DURATION = 4;
const REQUESTS_PER_DURATION = 8;
/** In place of its renewals: the holder left in order. */
const LEFT = -1n;

const READ = "SELECT term, holder, renewals FROM limit_seats WHERE scope = ?";
const FOUND = `INSERT INTO limit_seats (scope, term, holder, renewals) VALUES (?, ?, ?, ?)
  IF NOT EXISTS`;
const MOVE = `UPDATE limit_seats SET term = ?, holder = ?, renewals = ? WHERE scope = ?
  IF term = ? AND renewals = ?`;

interface SeatRow {
  readonly term: bigint;
  readonly holder: string;
  readonly renewals: bigint;
}

/**
 * The coordinator's seat: one row, whose holder counts its renewals up. Another process takes it, with the
 * next term, when it has seen no renewal for a lease and the margin on its own clock.
 */
export class CqlSeat implements Seat {
  term = 0n;
  readonly #options: CqlSeatOptions;
  readonly #times: LeaseTimes;
  readonly #held: HeldUntil;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #seen: SeatRow | undefined;
  #seenMs = 0;
  #renewed: (() => void) | undefined;

  constructor(options: CqlSeatOptions) {
    this.#options = options;
    this.#times = options.times ?? SEAT_TIMES;
    this.#held = new HeldUntil(options.clock, this.#times);
  }

  /** Looks once, then keeps looking. */
  async start(): Promise<void> {
    await this.look();
    this.#loop = this.#run();
  }

  isHeld(): boolean {
    return this.#held.isHeld();
  }

  get holder(): string | undefined {
    return this.#seen?.renewals === LEFT ? undefined : this.#seen?.holder;
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("the seat is being left"));
    await this.#loop;
    const seen = this.#seen;
    if (!this.#held.isHeld() || !seen) return;
    this.#held.end();
    await this.#move(seen, { ...seen, renewals: LEFT }, this.#renewalTimes()).catch(
      (error: unknown) => {
        this.#options.log.warn({ err: error }, "the seat was not left: others wait until it ends");
      },
    );
  }

  /** Renews the seat when it is ours, takes it when it is nobody's. */
  async look(): Promise<void> {
    const renewed = this.#held.renewing();
    const seen = this.#seen;
    if (seen && this.term === seen.term) {
      // From when this renewal was first sent: any of its attempts may be the one that was applied.
      this.#renewed ??= renewed;
      const next = { ...seen, renewals: seen.renewals + 1n };
      if (await this.#move(seen, next, this.#renewalTimes())) {
        return this.#hold(next, this.#renewed);
      }
      this.#renewed = undefined;
      this.#held.end();
      this.term = 0n;
      this.#options.log.warn("another process coordinates the limits now");
    }
    const row = seatOf(await this.#options.cql.serialRead(READ, [SCOPE]));
    const nowMs = this.#options.clock.monotonicMs();
    if (row?.term !== this.#seen?.term || row?.renewals !== this.#seen?.renewals) {
      this.#seen = row;
      this.#seenMs = nowMs;
    }
    const { durationMs, marginMs } = this.#times;
    const isFree = !row || row.renewals === LEFT || nowMs - this.#seenMs >= durationMs + marginMs;
    if (!isFree) return;
    const next = { term: (row?.term ?? 0n) + 1n, holder: this.#options.address, renewals: 0n };
    if (!(await this.#move(row, next))) return;
    this.term = next.term;
    this.#hold(next, renewed);
    this.#options.log.info({ term: String(next.term) }, "coordinating the limits");
  }

  #hold(row: SeatRow, renewed: () => void): void {
    this.#seen = row;
    this.#seenMs = this.#options.clock.monotonicMs();
    renewed();
    this.#renewed = undefined;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await clock.delay(this.#times.durationMs / RENEWALS_PER_DURATION, signal);
        await this.look();
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, "the seat could not be looked at");
      }
    }
  }

  /** Both requests, twice over, fit between a renewal that is due and the seat's end. */
  #renewalTimes(): CasTimes {
    return { timeoutMs: this.#times.durationMs / REQUESTS_PER_DURATION, attempts: 1 };
  }

  async #move(from: SeatRow | undefined, to: SeatRow, times?: CasTimes): Promise<boolean> {
    const values: readonly CqlValue[] = from
      ? [to.term, to.holder, to.renewals, SCOPE, from.term, from.renewals]
      : [SCOPE, to.term, to.holder, to.renewals];
    const write = {
      statement: { query: from ? MOVE : FOUND, values },
      readBack: { query: READ, values: [SCOPE] },
      judge: ofRow(
        (row) => row?.term === to.term && row.holder === to.holder && row.renewals === to.renewals,
        (row) => row?.term === from?.term && row?.renewals === from?.renewals,
      ),
    };
    return (await compareAndSet(this.#options.cql, write, times)).applied;
  }
}

function seatOf(row: CqlRow | undefined): SeatRow | undefined {
  if (!row) return undefined;
  return {
    term: row.term as bigint,
    holder: row.holder as string,
    renewals: row.renewals as bigint,
  };
}
